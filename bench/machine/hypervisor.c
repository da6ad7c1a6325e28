/* hypervisor.c - see hypervisor.h. */
#include "machine/hypervisor.h"

#include "machine/sysfile.h"

#include <string.h>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

#if defined(__x86_64__) || defined(__i386__)
/* The CPU itself tells: a bit for "there is a hypervisor", and the hypervisor's signature in 12 letters. */
static json_t *cpuid_hypervisor(void)
{
    static const char *const names[][2] = {
        {"KVMKVMKVM", "KVM"},          {"Microsoft Hv", "Hyper-V"},    {"VMwareVMware", "VMware"},
        {"XenVMMXenVMM", "Xen"},       {"TCGTCGTCGTCG", "QEMU TCG"},   {"bhyve bhyve ", "bhyve"},
        {"ACRNACRNACRN", "ACRN"},      {"VBoxVBoxVBox", "VirtualBox"}, {" prl hyperv ", "Parallels"},
        {"prl hyperv  ", "Parallels"},
    };
    unsigned eax, signature[4] = {0}, features;
    const char *text = (const char *)signature;

    if (!__get_cpuid(1, &eax, &signature[0], &features, &signature[1]))
        return NULL;
    if (!(features & (1u << 31)))
        return json_string("none");
    __cpuid(0x40000000, eax, signature[0], signature[1], signature[2]);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(text, names[i][0]) == 0)
            return json_string(names[i][1]);
    return json_string(*text ? text : "unnamed hypervisor");
}
#else
static json_t *cpuid_hypervisor(void)
{
    return NULL;
}
#endif

json_t *hypervisor_name(void)
{
    char line[64];

    /* A paravirtualised Xen guest has no CPUID bit, so the kernel's own answer comes first. */
    if (sysfile_line("/sys/hypervisor/type", line, sizeof line))
        return json_string(strcmp(line, "xen") == 0 ? "Xen" : line);
    if (sysfile_line("/proc/device-tree/hypervisor/compatible", line, sizeof line))
        return json_string(strcmp(line, "linux,kvm") == 0 ? "KVM" : line);
    return sysfile_is_own() ? cpuid_hypervisor() : NULL;
}
