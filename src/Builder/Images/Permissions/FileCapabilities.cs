using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Bistro.Builder.Images.Permissions;

/// <summary>
/// File capabilities in the notation of <c>setcap</c> (<c>cap_from_text(3)</c>), such as <c>cap_net_raw,cap_net_admin+ep</c>, as
/// the bytes of the extended attribute <c>security.capability</c> (<c>linux/capability.h</c>: <c>vfs_cap_data</c>, revision 2).
/// </summary>
internal static class FileCapabilities
{
    private const uint Revision = 0x02000000; // VFS_CAP_REVISION_2
    private const uint EffectiveFlag = 1; // VFS_CAP_FLAGS_EFFECTIVE
    private const int Length = 20;
    private const string Operators = "=+-";

    // By number, which is the bit.
    private static readonly string[] Names =
    [
        "chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap", "linux_immutable",
        "net_bind_service", "net_broadcast", "net_admin", "net_raw", "ipc_lock", "ipc_owner", "sys_module", "sys_rawio", "sys_chroot",
        "sys_ptrace", "sys_pacct", "sys_admin", "sys_boot", "sys_nice", "sys_resource", "sys_time", "sys_tty_config", "mknod", "lease",
        "audit_write", "audit_control", "setfcap", "mac_override", "mac_admin", "syslog", "wake_alarm", "block_suspend", "audit_read",
        "perfmon", "bpf", "checkpoint_restore",
    ];

    private static readonly ulong All = (1UL << Names.Length) - 1;

    /// <param name="text">Clauses separated by spaces.</param>
    /// <param name="bytes">The value of the attribute.</param>
    /// <param name="mistake">A sentence, where the text is wrong.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out byte[]? bytes, [NotNullWhen(false)] out string? mistake)
    {
        bytes = null;
        var sets = new Sets();
        var clauses = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (clauses.Length == 0)
        {
            mistake = "'capabilities' must not be empty: write them as setcap does, such as cap_net_raw+ep";
            return false;
        }
        foreach (var clause in clauses)
        {
            mistake = sets.Apply(clause);
            if (mistake is not null)
                return false;
        }
        mistake = sets.Check();
        if (mistake is not null)
            return false;
        bytes = sets.ToBytes();
        return true;
    }

    private struct Sets
    {
        private ulong _effective;
        private ulong _permitted;
        private ulong _inheritable;

        public string? Apply(string clause)
        {
            var start = clause.AsSpan().IndexOfAny(Operators);
            if (start < 0)
                return $"'{clause}' does not say which sets the capabilities belong to: write '{clause}+ep'";
            if (MaskOf(clause[..start], clause[start], out var mask) is { } mistake)
                return mistake;
            for (var position = start; position < clause.Length;)
            {
                var end = clause.AsSpan(position + 1).IndexOfAny(Operators) is >= 0 and var next ? position + 1 + next : clause.Length;
                var flags = clause.AsSpan(position + 1, end - position - 1);
                if (flags.ContainsAnyExcept("eip"))
                    return $"'{flags}' in '{clause}' must be letters of e (effective), i (inheritable) and p (permitted)";
                Change(clause[position], flags, mask);
                position = end;
            }
            return null;
        }

        /// <summary>The kernel keeps one bit for all effective capabilities of a file.</summary>
        public readonly string? Check() =>
            (_permitted | _inheritable) == 0 ? "'capabilities' sets none: leave it out"
            : _effective == 0 || _effective == (_permitted | _inheritable) ? null
            : "The capabilities of a file are all effective or none: give e to all that have p or i, or to none";

        public readonly byte[] ToBytes()
        {
            var bytes = new byte[Length];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, Revision | (_effective == 0 ? 0 : EffectiveFlag));
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), (uint)_permitted);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), (uint)_inheritable);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), (uint)(_permitted >> 32));
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), (uint)(_inheritable >> 32));
            return bytes;
        }

        private void Change(char operation, ReadOnlySpan<char> flags, ulong mask)
        {
            if (operation == '=')
            {
                (_effective, _permitted, _inheritable) = (_effective & ~mask, _permitted & ~mask, _inheritable & ~mask);
                operation = '+';
            }
            foreach (var flag in flags)
            {
                ref var set = ref _effective;
                if (flag == 'p')
                    set = ref _permitted;
                else if (flag == 'i')
                    set = ref _inheritable;
                set = operation == '+' ? set | mask : set & ~mask;
            }
        }
    }

    private static string? MaskOf(string names, char operation, out ulong mask)
    {
        mask = 0;
        if (names.Length == 0 && operation == '=')
        {
            mask = All;
            return null;
        }
        foreach (var name in names.Split(','))
        {
            if (name.Equals("all", StringComparison.OrdinalIgnoreCase))
            {
                mask |= All;
                continue;
            }
            var number = name.StartsWith("cap_", StringComparison.OrdinalIgnoreCase)
                ? Array.FindIndex(Names, known => known.Equals(name[4..], StringComparison.OrdinalIgnoreCase))
                : -1;
            if (number < 0)
                return $"'{name}' is not a capability: write names of capabilities(7), such as cap_net_raw";
            mask |= 1UL << number;
        }
        return null;
    }
}
