# campaign.gp - what all plots of this folder say; made by `sluice plot`, read by its style.gp
campaign_preset = ''
campaign_constants = 'wait=yield transfer=item capacity=unbounded|1023 workers=2|1 work=none placement=compact memory=default close=close; 0.1s a trial'
campaign_intervals = '97.9% with 10 trials'
campaign_origin = '2026-11-26 03:32 UTC, sluice 0.1.0, commit ca3fec81b7c5, seed 1, 10 blocks, 200 of 200 trials'
campaign_machine = 'AMD EPYC, 2 cores / 2 PUs, Linux 6.18, gcc 12.2 -O3, governor unknown, KVM guest'
campaign_cautions = 'machine poor (load 21.23 on 2 PUs, KVM guest, 1 more, 2 unknown)'
campaign_insets = '2'
