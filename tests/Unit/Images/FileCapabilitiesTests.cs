using Bistro.Builder.Images.Permissions;

namespace Bistro.Unit.Images;

public sealed class FileCapabilitiesTests
{
    // What setcap of libcap 2.66 writes: getfattr -e hex -m - -d FILE.
    [Theory]
    [InlineData("cap_net_raw+ep", "0100000200200000000000000000000000000000")]
    [InlineData("cap_net_raw=ep", "0100000200200000000000000000000000000000")]
    [InlineData("CAP_NET_RAW+p", "0000000200200000000000000000000000000000")]
    [InlineData("cap_net_bind_service,cap_net_admin+eip", "0100000200140000001400000000000000000000")]
    [InlineData("cap_bpf,cap_chown+ep", "0100000201000000000000008000000000000000")]
    [InlineData("cap_chown=ep cap_kill+p-e cap_kill+e", "0100000221000000000000000000000000000000")]
    [InlineData("all=ep", "01000002ffffffff00000000ff01000000000000")]
    [InlineData("=p", "00000002ffffffff00000000ff01000000000000")]
    public void Text_gives_the_bytes_of_the_attribute(string text, string hex)
    {
        Assert.True(FileCapabilities.TryParse(text, out var bytes, out _));
        Assert.Equal(hex, Convert.ToHexStringLower(bytes));
    }

    [Theory]
    [InlineData("", "must not be empty")]
    [InlineData("cap_net_raw", "write 'cap_net_raw+ep'")]
    [InlineData("cap_net_rwa+ep", "'cap_net_rwa' is not a capability")]
    [InlineData("net_raw+ep", "'net_raw' is not a capability")]
    [InlineData("+ep", "'' is not a capability")]
    [InlineData("cap_net_raw+xp", "'xp' in 'cap_net_raw+xp'")]
    [InlineData("cap_net_raw+ep cap_kill+p", "all effective or none")]
    [InlineData("cap_net_raw+e", "sets none")]
    [InlineData("cap_net_raw=", "sets none")]
    public void Mistakes_are_explained(string text, string expected)
    {
        Assert.False(FileCapabilities.TryParse(text, out _, out var mistake));
        Assert.Contains(expected, mistake, StringComparison.Ordinal);
    }
}
