# campaign.gp - what all plots of this folder say; made by `sluice plot`, read by its style.gp
campaign_preset = 'explosion'
campaign_constants = 'wait=yield transfer=item capacity=unbounded|1023 workers=1 work=none,spin:2us,none placement=compact close=close; 2s a trial'
campaign_intervals = '75.0% with 3 trials'
campaign_origin = '2026-11-22 12:49 UTC, sluice 0.1.0, commit 9dc4f03ccc25, preset explosion, seed 1, 3 blocks, 12 of 12 trials'
campaign_machine = 'Intel Xeon, 2 cores / 2 PUs, Linux 6.18, gcc 12.2 -O3, governor unknown, KVM guest'
campaign_cautions = '4 warnings of noise (sluice report tells)'
