using Bistro.Builder.Content;
using Bistro.Builder.Processes;
using Bistro.Builder.Sources.Archives;

namespace Bistro.Builder.Sources.Apt;

/// <summary>Reads what a <c>.deb</c> installs.</summary>
internal static class DebianPackage
{
    private static readonly Tool DpkgDeb = new("dpkg-deb", "dpkg");

    public static async Task<List<ArchiveMember>> ReadAsync(
        string path, IContentBatch batch, ToolRunner tools, CancellationToken cancellationToken)
    {
        List<ArchiveMember> members = [];
        var unpack = new ToolCommand(DpkgDeb, "--fsys-tarfile", path)
        {
            Output = async (tar, stop) => members = await TarMembers.ReadAsync(tar, batch, mayBeEmpty: false, stop),
        };
        await tools.RunCheckedAsync(unpack, log: null, cancellationToken);
        return members;
    }
}
