# campaign.gp - what all plots of this folder say; made by `sluice plot`, read by its style.gp
campaign_preset = ''
campaign_constants = 'queue=spsc-ring wait=yield capacity=64Ki workers=1 work=none placement=compact (pu-pu-l3-pu on 2 PUs) memory=default close=close; 0.25s a trial'
campaign_intervals = '97.9% with 10 trials'
campaign_origin = '2026-11-26 18:09 UTC, sluice 0.1.0, commit 2fe5c6a9960f, seed 1, 10 blocks, 30 of 30 trials'
campaign_machine = 'AMD EPYC, 2 cores / 2 PUs, Linux 6.18, gcc 12.2 -O3, governor unknown, KVM guest'
campaign_cautions = 'machine poor (load 3.60 on 2 PUs, KVM guest, 1 more, 2 unknown)'
campaign_insets = '1'
campaign_roles = '1 source, 2 download, 3 resize, 4 upload, 5 sink'
