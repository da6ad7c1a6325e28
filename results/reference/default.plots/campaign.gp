# campaign.gp - what all plots of this folder say; made by `sluice plot`, read by its style.gp
campaign_preset = 'default'
campaign_constants = 'transfer=item capacity=unbounded|1023 workers=1 work=none close=close; 0.25s a trial'
campaign_intervals = '97.9% with 10 trials'
campaign_origin = '2026-11-22 12:47 UTC, sluice 0.1.0, commit 9dc4f03ccc25, preset default, seed 1, 10 blocks, 260 of 260 trials'
campaign_machine = 'Intel Xeon, 2 cores / 2 PUs, Linux 6.18, gcc 12.2 -O3, governor unknown, KVM guest'
campaign_cautions = '4 warnings of noise (sluice report tells)'
