using System.Collections.Immutable;
using Bistro.Builder.Kinds;
using Bistro.Model.Errors;
using Bistro.Model.Keys;
using Bistro.Model.Sources;

namespace Bistro.Builder.Sources.Kinds;

/// <summary><c>pip</c>: Python packages with all that they need, as files to install from.</summary>
public sealed class PipKind() : SourceKind("pip", KindPackage.Plugins)
{
    public override bool RequiresPreviousSources => true;

    public override ISourceConfiguration Configure(SourceDraft source)
    {
        var members = source.Members;
        members.ExpectKeys("url", "packages", "ref", "requirements-files");
        var url = RegistryUrl.Read(source, Name, "url");
        var configuration = new PipConfiguration
        {
            Url = url.Value,
            TranslatedUrl = source.TranslateUrl(url),
            Packages = members.OptionalTexts("packages") ?? [],
            RequirementsFiles = members.OptionalTexts("requirements-files") ?? [],
            Ref = members.OptionalText("ref"),
        };
        return configuration.Packages.IsEmpty && configuration.RequirementsFiles.IsEmpty
            ? throw new LoadException(
                LoadErrorReason.InvalidData, source.Written.Provenance,
                "A 'pip' source needs 'packages', 'requirements-files', or both.")
            : configuration;
    }
}

/// <summary>The packages.</summary>
public sealed record PipConfiguration : ISourceConfiguration
{
    /// <summary>The index, as written.</summary>
    public required string Url { get; init; }

    public required string TranslatedUrl { get; init; }

    public required ImmutableArray<string> Packages { get; init; }

    /// <summary>Files in the sources before that name packages.</summary>
    public required ImmutableArray<string> RequirementsFiles { get; init; }

    /// <summary>Lines of <c>NAME==VERSION</c>; null when it was never tracked.</summary>
    public required string? Ref { get; init; }

    public bool IsResolved => Ref is not null;

    public KeyValue UniqueKey => KeyValue.Of([(KeyValue)Url, Ref]);

    public ImmutableArray<SourceInfo> Info =>
    [
        .. (Ref ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split("==", 2))
            .Where(pair => pair.Length == 2)
            .Select(pair => new SourceInfo
            {
                Kind = "pip",
                Url = TranslatedUrl,
                Medium = "pypi",
                VersionType = "indexed-version",
                Version = pair[1],
                VersionGuess = pair[1],
                ExtraData = [new("package-name", pair[0])],
            }),
    ];
}
