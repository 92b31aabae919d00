using System.Collections.Immutable;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Errors;
using Bistro.Model.Keys;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

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
public sealed record RemoteConfiguration(DownloadedFile File, string FileName, bool IsExecutable) : IFetchable
{
    public bool IsResolved => File.Ref is not null;

    public KeyValue UniqueKey => File.Key(FileName, IsExecutable);

    public ImmutableArray<SourceInfo> Info => [File.Info("remote")];

    public bool IsMirrored(string mirrorDirectory) => Downloader.Has(mirrorDirectory, File.Ref);

    public async Task<Digest> StageAsync(SourceStaging staging, CancellationToken cancellationToken)
    {
        var path = await File.FetchAsync(staging, cancellationToken);
        await using var batch = staging.Content.BeginBatch();
        var content = batch.AddFile(path, adopt: false, cancellationToken);
        await batch.CommitAsync(cancellationToken);
        var draft = staging.Trees.BeginDraft();
        return await draft.CommitAsync(draft.Add(TreeDirectory.Create([new FileNode(FileName, content, IsExecutable)])).Hash, cancellationToken);
    }

    public Task<MappingNode?> TrackAsync(SourceStaging staging, CancellationToken cancellationToken) => File.TrackAsync(staging, cancellationToken);
}
