# campaign.gp - what all plots of this folder say; made by `sluice plot`, read by its style.gp
campaign_preset = ''
campaign_constants = 'wait=yield transfer=item capacity=unbounded|1023 workers=2|1 work=none placement=compact memory=default close=close; 0.1s a trial'
campaign_intervals = '97.9% with 10 trials'
campaign_origin = '2026-11-26 18:10 UTC, sluice 0.1.0, commit 2fe5c6a9960f, seed 1, 10 blocks, 200 of 200 trials'
campaign_machine = 'AMD EPYC, 2 cores / 2 PUs, Linux 6.18, gcc 12.2 -O3, governor unknown, KVM guest'
campaign_cautions = 'machine poor (load 32.17 on 2 PUs, KVM guest, 1 more, 2 unknown)'
campaign_insets = '2'
campaign_roles = '1 source, 2 download, 3 resize, 4 upload, 5 sink'
