using Bistro.Builder.Trees;
using Bistro.Model.Content;
using Google.Protobuf;

namespace Bistro.Builder.Artifacts;

/// <summary>Artifacts as bytes of BuildStream's message.</summary>
public static class ArtifactCodec
{
    // What BuildStream 2.8 writes.
    private const int Version = 2;

    public static byte[] Encode(Artifact artifact)
    {
        var message = new Wire.Artifact
        {
            Version = Version,
            BuildSuccess = artifact.IsSuccess,
            BuildError = artifact.Error,
            BuildErrorDetails = artifact.ErrorDetails,
            StrongKey = artifact.StrongKey,
            StrictKey = artifact.StrictKey,
            WeakKey = artifact.WeakKey,
            WasWorkspaced = artifact.WasWorkspaced,
            Files = Encode(artifact.Files),
            PublicData = Encode(artifact.PublicData),
            Buildtree = Encode(artifact.BuildTree),
            Sources = Encode(artifact.Sources),
            LowDiversityMeta = Encode(artifact.SharedMetadata),
            HighDiversityMeta = Encode(artifact.OwnMetadata),
            Buildroot = Encode(artifact.BuildRoot),
            Buildsandbox = Encode(artifact.Sandbox),
        };
        message.BuildDeps.AddRange(artifact.BuildDependencies.Select(Encode));
        message.Logs.AddRange(artifact.Logs.Select(log => new Wire.Artifact.Types.LogFile { Name = log.Name, Digest = Encode(log.Content) }));
        return message.ToByteArray();
    }

    /// <exception cref="InvalidDataException">The bytes are no artifact of a version that we know.</exception>
    public static Artifact Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var message = Wire.Artifact.Parser.ParseFrom(bytes);
            return new Artifact
            {
                IsSuccess = message.BuildSuccess,
                Error = message.BuildError,
                ErrorDetails = message.BuildErrorDetails,
                StrongKey = message.StrongKey,
                StrictKey = message.StrictKey,
                WeakKey = message.WeakKey,
                WasWorkspaced = message.WasWorkspaced,
                Files = Decode(message.Files),
                BuildDependencies = [.. message.BuildDeps.Select(Decode)],
                PublicData = TreeCodec.Decode(message.PublicData),
                Logs = [.. message.Logs.Select(log => new ArtifactLog(log.Name, TreeCodec.Decode(log.Digest)))],
                BuildTree = Decode(message.Buildtree),
                Sources = Decode(message.Sources),
                SharedMetadata = TreeCodec.Decode(message.LowDiversityMeta),
                OwnMetadata = TreeCodec.Decode(message.HighDiversityMeta),
                BuildRoot = Decode(message.Buildroot),
                Sandbox = Decode(message.Buildsandbox),
            };
        }
        catch (Exception failure) when (failure is InvalidProtocolBufferException or FormatException)
        {
            throw new InvalidDataException($"Not an artifact: {failure.Message}", failure);
        }
    }

    private static Bistro.Builder.Trees.Wire.Digest? Encode(SizedDigest? digest) => digest is null ? null : TreeCodec.Encode(digest.Value);

    private static SizedDigest? Decode(Bistro.Builder.Trees.Wire.Digest? digest) => digest is null ? null : TreeCodec.Decode(digest);

    private static Wire.Artifact.Types.Dependency Encode(ArtifactDependency dependency) => new()
    {
        ProjectName = dependency.Project,
        ElementName = dependency.Element,
        CacheKey = dependency.Key,
        WasWorkspaced = dependency.WasWorkspaced,
    };

    private static ArtifactDependency Decode(Wire.Artifact.Types.Dependency dependency) =>
        new(dependency.ProjectName, dependency.ElementName, dependency.CacheKey, dependency.WasWorkspaced);

    private static Wire.Artifact.Types.SandboxState? Encode(ArtifactSandbox? sandbox)
    {
        if (sandbox is null)
            return null;
        var message = new Wire.Artifact.Types.SandboxState { WorkingDirectory = sandbox.WorkingDirectory };
        message.Environment.AddRange(sandbox.Environment.Select(
            variable => new Wire.Artifact.Types.SandboxState.Types.EnvironmentVariable { Name = variable.Key, Value = variable.Value }));
        message.SubsandboxDigests.AddRange(sandbox.Subsandboxes.Select(TreeCodec.Encode));
        message.MarkedDirectories.AddRange(sandbox.MarkedDirectories);
        return message;
    }

    private static ArtifactSandbox? Decode(Wire.Artifact.Types.SandboxState? message) => message is null ? null : new ArtifactSandbox(
        [.. message.Environment.Select(variable => KeyValuePair.Create(variable.Name, variable.Value))],
        message.WorkingDirectory,
        [.. message.SubsandboxDigests.Select(TreeCodec.Decode)],
        [.. message.MarkedDirectories]);
}
