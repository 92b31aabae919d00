using System.Collections.Immutable;
using Bistro.Builder.Kinds;
using Bistro.Builder.Processes;
using Bistro.Model.Content;
using Bistro.Model.Keys;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Sources.Kinds;

/// <summary><c>quilt</c>: applies the quilt series that the sources before it staged.</summary>
public sealed class QuiltKind() : SourceKind("quilt", KindPackage.Community)
{
    /// <summary>Members that it does not know are let through, as there.</summary>
    public override ISourceConfiguration Configure(SourceDraft source) =>
        new QuiltConfiguration(source.Members.OptionalText("path") ?? "");
}

/// <summary>The folder of patches inside the staged sources.</summary>
public sealed record QuiltConfiguration(string Path) : IFetchable
{
    private static readonly Tool Quilt = new("quilt", "quilt");

    public bool IsResolved => true;

    public KeyValue UniqueKey => KeyValue.Of([Path]);

    public ImmutableArray<SourceInfo> Info => [];

    public bool IsLocal => true;

    public bool ChangesPrevious => true;

    public Task<Digest> StageAsync(SourceStaging staging, CancellationToken cancellationToken)
    {
        // quilt keeps its records there.
        PreviousSources.RefuseLink(staging, ".pc");
        return PreviousSources.ChangeAsync(
            staging,
            directory => staging.Tools.RunLoggedAsync(
                new ToolCommand(Quilt, "push", "-a")
                {
                    WorkingDirectory = directory,
                    Environment = [new("QUILT_PATCHES", Path), new("PATH", Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin")],
                },
                staging.Log,
                cancellationToken),
            cancellationToken);
    }

    public Task<MappingNode?> TrackAsync(SourceStaging staging, CancellationToken cancellationToken) => Task.FromResult<MappingNode?>(null);
}
