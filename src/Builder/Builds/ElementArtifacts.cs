using Bistro.Builder.Artifacts;
using Bistro.Builder.Content;
using Bistro.Builder.Errors;
using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Bistro.Model.Elements;
using Bistro.Model.Keys;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Builds;

/// <summary>
/// Finds and stores the artifacts of elements. Besides the files, an artifact has public data, variables, environment and log, as in
/// BuildStream. BuildStream writes them as YAML; Bistro writes JSON, which is YAML too.
/// </summary>
public sealed class ElementArtifacts(TreeStore trees, ArtifactTable artifacts)
{
    /// <summary>
    /// The element's artifact, or null when the store has none, or that of a failed build. Where the project is not strict, one of
    /// the same weak key is used.
    /// </summary>
    public Artifact? Find(Element element)
    {
        return FindSuccess(element.Keys.Strict) ?? (element.Project.IsStrict ? null : FindSuccess(element.Keys.Weak));

        // Where a dependency has no ref, the element may have a weak key but has no strict key.
        Artifact? FindSuccess(string key)
        {
            var found = key == ElementKeys.Unresolved ? null : artifacts.Find(NameOf(element, key));
            return found is { IsSuccess: true, Files: not null } ? found : null;
        }
    }

    /// <summary>Whether the last build under that key failed.</summary>
    public bool HasFailed(Element element, string key) =>
        element.Keys.AreResolved && artifacts.Find(NameOf(element, key)) is { IsSuccess: false };

    /// <exception cref="BuildException">It is not there.</exception>
    public Artifact Require(Element element) => Find(element) ?? throw NotBuilt(element);

    internal static BuildException NotBuilt(Element element) => new(
        element.FullName, "stage", $"{element.FullName} is not built yet: bistro build {element.FullName}");

    /// <summary>Keeps what a build made.</summary>
    public async Task<Artifact> KeepAsync(ElementBuild build, ElementOutput output, LogStream log, TimeSpan cost, CancellationToken cancellationToken)
    {
        await using var batch = trees.Content.BeginBatch();
        var artifact = Describe(build, output.Public ?? build.Element.Public, log, batch, cancellationToken) with { Files = trees.Measure(output.Tree) };
        await PutAsync(build.Element, artifact, batch, cost, cancellationToken);
        return artifact;
    }

    /// <summary>
    /// Keeps what is left of a build that failed: its log, and where one of the element's own commands failed, an artifact
    /// without files that says so. What went wrong around the commands says nothing of the element.
    /// </summary>
    /// <returns>The log.</returns>
    public async Task<SizedDigest> KeepFailureAsync(
        ElementBuild build, BuildException failure, LogStream log, TimeSpan cost, CancellationToken cancellationToken)
    {
        await using var batch = trees.Content.BeginBatch();
        var artifact = Describe(build, build.Element.Public, log, batch, cancellationToken) with { IsSuccess = false, Error = failure.Message };
        if (failure.ExitCode is null)
            await batch.CommitAsync(cancellationToken);
        else
            await PutAsync(build.Element, artifact, batch, cost, cancellationToken);
        return artifact.Logs[0].Content;
    }

    private async Task PutAsync(Element element, Artifact artifact, IContentBatch batch, TimeSpan cost, CancellationToken cancellationToken)
    {
        await batch.CommitAsync(cancellationToken);
        await artifacts.PutAsync(element.Project.Name, element.Name, artifact, cost, cancellationToken);
    }

    private static Artifact Describe(
        ElementBuild build, MappingNode publicData, LogStream log, IContentBatch batch, CancellationToken cancellationToken)
    {
        var element = build.Element;
        return new Artifact
        {
            IsSuccess = true,
            StrongKey = build.Key,
            StrictKey = element.Keys.Strict,
            WeakKey = element.Keys.Weak,
            BuildDependencies =
            [
                .. Closure.Build(element).Select(dependency => new ArtifactDependency(
                    dependency.Project.Name, dependency.Name, build.ArtifactKey(dependency))),
            ],
            PublicData = Add(KeyValue.Of(publicData)),
            SharedMetadata = Add(KeyValue.Of(("environment", KeyMembers.OfTexts(element.Environment)), ("sandbox-config", element.Sandbox.Key))),
            OwnMetadata = Add(KeyValue.Of(("variables", KeyMembers.OfTexts(element.Variables.KnownValues)))),
            Logs = [new ArtifactLog(Path.GetFileName(log.Location!), batch.AddFile(log.Location!, adopt: false, cancellationToken))],
        };

        SizedDigest Add(KeyValue value) => batch.Add(value.ToJson());
    }

    private static ArtifactName NameOf(Element element, string key) => ArtifactName.Create(element.Project.Name, element.Name, key);
}
