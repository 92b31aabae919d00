using System.Collections.Immutable;
using Bistro.Model.Errors;
using Bistro.Model.Keys;
using Bistro.Model.Sources;

namespace Bistro.Builder.Sources.Kinds;

/// <summary><c>remote</c>: a file as it is downloaded.</summary>
public sealed class RemoteKind() : SourceKind("remote")
{
    public override ISourceConfiguration Configure(SourceDraft source)
    {
        source.Members.ExpectKeys([.. DownloadedFile.Members, "filename", "executable"]);
        var file = DownloadedFile.Read(source);
        var name = source.Members.OptionalText("filename") ?? file.TranslatedUrl[(file.TranslatedUrl.LastIndexOf('/') + 1)..];
        if (name.Contains('/'))
            throw new LoadException(
                LoadErrorReason.InvalidData, source.Written.Provenance, $"The filename '{name}' must not contain directories.");
        return new RemoteConfiguration(file, name, source.Members.Bool("executable", false));
    }
}

/// <summary>The file and how it is staged.</summary>
public sealed record RemoteConfiguration(DownloadedFile File, string FileName, bool IsExecutable) : ISourceConfiguration
{
    public bool IsResolved => File.Ref is not null;

    public KeyValue UniqueKey => File.Key(FileName, IsExecutable);

    public ImmutableArray<SourceInfo> Info => [File.Info("remote")];
}
