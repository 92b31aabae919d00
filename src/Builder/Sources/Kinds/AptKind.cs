using System.Collections.Immutable;
using Bistro.Builder.Kinds;
using Bistro.Builder.Sources.Apt;
using Bistro.Builder.Sources.Archives;
using Bistro.Model.Content;
using Bistro.Model.Errors;
using Bistro.Model.Keys;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Sources.Kinds;

/// <summary>
/// <c>apt</c>: Debian packages with all that they depend on, or the tarball of a source package. Only Bistro has it; it
/// bootstraps a base with <c>apt-get</c> and <c>dpkg-deb</c>.
/// </summary>
public sealed class AptKind() : SourceKind("apt", KindPackage.Bistro)
{
    private const string DebianKeyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

    public override ISourceConfiguration Configure(SourceDraft source)
    {
        var members = source.Members;
        members.ExpectKeys("suite", "architecture", "components", "packages", "without", "source-package", "url", "keyring", "ref");
        if (members.Contains("packages") == members.Contains("source-package"))
            throw new LoadException(LoadErrorReason.InvalidData, members.Provenance, "An apt source has either 'packages' or 'source-package'");
        if (members.Contains("without") && !members.Contains("packages"))
            throw new LoadException(LoadErrorReason.InvalidData, members["without"]!.Provenance, "'without' goes with 'packages'");
        return new AptConfiguration
        {
            Suite = CheckName(members.RequiredScalar("suite")),
            Architecture = members.Scalar("architecture") is { } architecture ? DebianArchitecture.NameOf(CheckName(architecture)) : DebianArchitecture.OfMachine,
            Components = Names(members, "components") ?? ["main"],
            Packages = Names(members, "packages") ?? [],
            Without = Names(members, "without") ?? [],
            SourcePackage = members.Scalar("source-package") is { } package ? CheckName(package) : null,
            Url = members.Scalar("url") is { } url ? CheckUrl(url) : null,
            Keyring = members.OptionalText("keyring") ?? DebianKeyring,
            Pins = members.OptionalSequence("ref") is { } pins ? ReadPins(pins, isTarball: members.Contains("source-package")) : null,
        };
    }

    private static ImmutableArray<AptPin> ReadPins(SequenceNode list, bool isTarball)
    {
        var pins = AptPin.Read(list);
        return !isTarball || pins.Length == 1
            ? pins
            : throw new LoadException(LoadErrorReason.InvalidData, list.Provenance, "The ref of a source package is one tarball");
    }

    private static ImmutableArray<string>? Names(MappingNode members, string key) =>
        members.OptionalSequence(key) is { } list ? [.. list.Scalars().Select(CheckName)] : null;

    private static string CheckName(ScalarNode node) => AptSuite.IsName(node.Value)
        ? node.Value
        : throw new LoadException(LoadErrorReason.InvalidData, node.Provenance, $"'{node.Value}' is not a valid Debian name");

    private static string CheckUrl(ScalarNode node) => AptSuite.IsUrl(node.Value)
        ? node.Value
        : throw new LoadException(LoadErrorReason.InvalidData, node.Provenance, $"'{node.Value}' is not the address of an archive");
}

/// <summary>What is taken of which suite.</summary>
public sealed record AptConfiguration : IFetchable
{
    // Raised when the same packages would be laid out otherwise.
    private const int LayoutVersion = 1;

    public required string Suite { get; init; }

    /// <summary>By Debian's name.</summary>
    public required string Architecture { get; init; }

    public required ImmutableArray<string> Components { get; init; }

    /// <summary>The packages asked for; what they depend on comes too.</summary>
    public required ImmutableArray<string> Packages { get; init; }

    /// <summary>Packages that another element brings: they, and what they depend on, are left out.</summary>
    public required ImmutableArray<string> Without { get; init; }

    /// <summary>The source package whose tarball is taken instead of packages, or null.</summary>
    public required string? SourcePackage { get; init; }

    /// <summary>The archive's address; null for the one that the machine's own apt uses. It is in no key: the pins say all.</summary>
    public required string? Url { get; init; }

    /// <summary>The file with the keys that the suite is signed with.</summary>
    public required string Keyring { get; init; }

    /// <summary>The ref; null when it was never tracked.</summary>
    internal ImmutableArray<AptPin>? Pins { get; init; }

    public bool IsResolved => Pins is not null;

    public KeyValue UniqueKey => KeyValue.Of(
        ("files", KeyValue.Of(Pins!.Value.Select(pin => pin.Digest.Hex))),
        ("is-base", Without.IsEmpty),
        ("is-source", SourcePackage is not null),
        ("layout", LayoutVersion));

    public ImmutableArray<SourceInfo> Info => [.. (Pins ?? []).Select(pin => new SourceInfo
    {
        Kind = "apt",
        Url = $"{Suite}/{pin.Name}",
        Medium = "remote-file",
        VersionType = "sha256",
        Version = pin.Digest.Hex,
        VersionGuess = pin.Version,
    })];

    public bool IsMirrored(string mirrorDirectory) =>
        Pins is { } pins && pins.All(pin => Downloader.Has(mirrorDirectory, pin.Digest.Hex));

    public async Task<Digest> StageAsync(SourceStaging staging, CancellationToken cancellationToken)
    {
        var pins = Pins!.Value;
        await FetchAsync(staging, pins, cancellationToken);
        return SourcePackage is null
            ? await StagePackagesAsync(staging, pins, cancellationToken)
            : await ArchiveStaging.StageAsync(staging, Downloader.PathOf(staging, pins[0].Digest), TarArchive.ReadAsync, "*", cancellationToken);
    }

    public async Task<MappingNode?> TrackAsync(SourceStaging staging, CancellationToken cancellationToken)
    {
        using var apt = await OpenAsync(staging, cancellationToken);
        await apt.UpdateAsync(cancellationToken);
        var pins = SourcePackage is null
            ? await ResolveAsync(apt, cancellationToken)
            : [await apt.FindTarballAsync(SourcePackage, cancellationToken)];
        return MappingNode.Empty.With("ref", AptPin.Write(pins));
    }

    private async Task<ImmutableArray<AptPin>> ResolveAsync(AptState apt, CancellationToken cancellationToken)
    {
        var there = Without.IsEmpty ? [] : await apt.ResolveAsync(Without, cancellationToken);
        var all = await apt.ResolveAsync([.. Without, .. Packages], cancellationToken);
        return [.. all.Except(there)];
    }

    private async Task FetchAsync(SourceStaging staging, ImmutableArray<AptPin> pins, CancellationToken cancellationToken)
    {
        ImmutableArray<AptPin> missing = [.. pins.Where(pin => !File.Exists(Downloader.PathOf(staging, pin.Digest)))];
        if (missing.IsEmpty)
            return;
        using var apt = await OpenAsync(staging, cancellationToken);
        if (SourcePackage is null)
            await apt.DownloadPackagesAsync(missing, cancellationToken);
        else
            await apt.DownloadTarballAsync(missing[0], cancellationToken);
    }

    private async Task<Digest> StagePackagesAsync(SourceStaging staging, ImmutableArray<AptPin> pins, CancellationToken cancellationToken)
    {
        await using var batch = staging.Content.BeginBatch();
        var packages = new List<ArchiveMember>[pins.Length];
        await Parallel.ForAsync(0, pins.Length, cancellationToken, async (index, stop) =>
            packages[index] = await DebianPackage.ReadAsync(Downloader.PathOf(staging, pins[index].Digest), batch, staging.Tools, stop));
        var root = new DebianRoot(Without.IsEmpty);
        foreach (var package in packages)
            root.Add(package);
        await batch.CommitAsync(cancellationToken);
        return await root.Finish().StoreAsync(staging.Trees, cancellationToken);
    }

    private Task<AptState> OpenAsync(SourceStaging staging, CancellationToken cancellationToken)
    {
        var suite = new AptSuite
        {
            Url = Url ?? MachineArchive.Find(Suite),
            Keyring = Keyring,
            Name = Suite,
            Architecture = Architecture,
            Components = Components,
        };
        return AptState.OpenAsync(staging, suite, SourcePackage is null ? "deb" : "deb-src", cancellationToken);
    }
}
