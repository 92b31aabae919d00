using System.Collections.Immutable;
using Bistro.Model.Content;
using Bistro.Model.Errors;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Sources.Apt;

/// <summary>A file of an archive, nailed down: a package, or the tarball of a source package.</summary>
/// <param name="Name">The package's name.</param>
/// <param name="Version">Of the package; of the upstream release for a tarball.</param>
/// <param name="Digest">The file's SHA-256.</param>
internal sealed record AptPin(string Name, string Version, Digest Digest)
{
    public override string ToString() => $"{Name} {Version}";

    /// <summary>Reads a <c>ref</c>: a list of <c>{name, version, sha256}</c>.</summary>
    /// <exception cref="LoadException">An entry is not so.</exception>
    public static ImmutableArray<AptPin> Read(SequenceNode list) => [.. list.Mappings().Select(Read)];

    public static SequenceNode Write(IEnumerable<AptPin> pins) => new(
        [.. pins.Select(pin => (Node)new MappingNode(
            [Member("name", pin.Name), Member("version", pin.Version), Member("sha256", pin.Digest.Hex)], Provenance.None))],
        Provenance.None);

    private static AptPin Read(MappingNode entry)
    {
        entry.ExpectKeys("name", "version", "sha256");
        var (name, version, sha256) = (entry.Text("name"), entry.Text("version"), entry.Text("sha256"));
        if (!AptSuite.IsName(name))
            throw new LoadException(LoadErrorReason.InvalidData, entry["name"]!.Provenance, $"'{name}' is not a package name.");
        if (!AptSuite.IsVersion(version))
            throw new LoadException(LoadErrorReason.InvalidData, entry["version"]!.Provenance, $"'{version}' is no version of a package.");
        return Digest.TryParseHex(sha256, out var digest)
            ? new AptPin(name, version, digest)
            : throw new LoadException(LoadErrorReason.InvalidData, entry["sha256"]!.Provenance, $"'{sha256}' is no SHA-256: 64 hex digits are expected.");
    }

    private static Member Member(string key, string value) => new(key, new ScalarNode(value, Provenance.None), Provenance.None);
}
