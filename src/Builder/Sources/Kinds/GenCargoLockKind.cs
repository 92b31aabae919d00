using System.Collections.Immutable;
using Bistro.Builder.Content;
using Bistro.Builder.Errors;
using Bistro.Builder.Kinds;
using Bistro.Builder.Processes;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Keys;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Sources.Kinds;

/// <summary><c>gen_cargo_lock</c>: a <c>Cargo.lock</c> that is kept in the ref.</summary>
public sealed class GenCargoLockKind() : SourceKind("gen_cargo_lock", KindPackage.Community)
{
    public override bool RequiresPreviousSources => true;

    public override ISourceConfiguration Configure(SourceDraft source)
    {
        source.Members.ExpectKeys("ref");
        return new GenCargoLockConfiguration(source.Members.OptionalText("ref"));
    }
}

/// <summary>The file's content in base64.</summary>
public sealed record GenCargoLockConfiguration(string? Ref) : IFetchable
{
    private const string FileName = "Cargo.lock";
    private static readonly Tool Cargo = new("cargo", "cargo");

    public bool IsResolved => Ref is not null;

    public KeyValue UniqueKey => Ref;

    public ImmutableArray<SourceInfo> Info => [];

    public bool IsLocal => true;

    public async Task<Digest> StageAsync(SourceStaging staging, CancellationToken cancellationToken)
    {
        var content = new byte[Ref!.Length];
        if (!Convert.TryFromBase64String(Ref, content, out var length))
            throw new SourceException("The ref of a 'gen_cargo_lock' source is a Cargo.lock in base64, but this is none. Track it again.");
        var stored = await staging.Content.PutAsync(content.AsMemory(0, length), cancellationToken);
        var draft = staging.Trees.BeginDraft();
        return await draft.CommitAsync(
            draft.Add(TreeDirectory.Create([new FileNode(FileName, stored, IsExecutable: false)])).Hash, cancellationToken);
    }

    /// <summary>What cargo resolves for the sources before.</summary>
    public async Task<MappingNode?> TrackAsync(SourceStaging staging, CancellationToken cancellationToken)
    {
        PreviousSources.RefuseLink(staging, FileName);
        MappingNode? found = null;
        await PreviousSources.ChangeAsync(
            staging,
            async directory =>
            {
                var command = new ToolCommand(Cargo, "generate-lockfile") { WorkingDirectory = directory };
                await staging.Tools.RunCheckedAsync(command, staging.Log, cancellationToken);
                var lockFile = await File.ReadAllBytesAsync(Path.Combine(directory, FileName), cancellationToken);
                found = NewRef.Of(Convert.ToBase64String(lockFile));
            },
            cancellationToken);
        return found;
    }
}
