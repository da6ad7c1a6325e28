# campaign.gp - what all plots of this folder say; made by `sluice plot`, read by its style.gp
campaign_preset = 'protocols'
campaign_constants = 'transfer=item capacity=unbounded|1023 workers=1 work=none placement=compact (pu-pu-l3-pu on 2 PUs) memory=default; 0.1s a trial'
campaign_intervals = '96.9% with 6 trials'
campaign_origin = '2026-11-26 18:08 UTC, sluice 0.1.0, commit 2fe5c6a9960f, preset protocols, seed 1, 6 blocks, 324 of 324 trials'
campaign_machine = 'AMD EPYC, 2 cores / 2 PUs, Linux 6.18, gcc 12.2 -O3, governor unknown, KVM guest'
campaign_cautions = 'machine poor (load 2.85 on 2 PUs, KVM guest, 1 more, 2 unknown)'
campaign_insets = '1'
campaign_roles = '1 source, 2 download, 3 resize, 4 upload, 5 sink'
