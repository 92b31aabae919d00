using System.IO.Compression;
using Bistro.Builder.Builds;
using Bistro.Builder.Errors;
using Bistro.Builder.Images.Layers;
using Bistro.Builder.Trees;
using Bistro.Model.Elements;
using Bistro.Model.Keys;
using ICSharpCode.SharpZipLib.BZip2;

namespace Bistro.Builder.Kinds;

/// <summary><c>tar_element</c>: its build dependencies as one tar file.</summary>
public sealed class TarElementKind() : ElementKind("tar_element", KindPackage.Community)
{
    public override ElementTraits Traits { get; } = new()
    {
        StrictRebuild = true,
        ForbidsRuntimeDependencies = true,
        ForbidsSources = true,
    };

    public override IElementConfiguration Configure(ElementDraft element)
    {
        element.Config.ExpectKeys("filename", "compression");
        return new TarElementConfiguration(
            element.Config.Text("filename"), element.Config.Choice("compression", "none", "gzip", "xz", "bzip2"));
    }
}

/// <summary>The tar file to make.</summary>
/// <param name="FileName">Its name without <c>.tar</c> and the compression's extension.</param>
/// <param name="Compression"><c>none</c>, <c>gzip</c>, <c>xz</c> or <c>bzip2</c>.</param>
public sealed record TarElementConfiguration(string FileName, string Compression) : IBuildable
{
    public KeyValue UniqueKey => KeyValue.Of(("compression", Compression), ("filename", FileName));

    public async Task<ElementOutput> AssembleAsync(ElementBuild build, CancellationToken cancellationToken)
    {
        var extension = Compression switch { "gzip" => ".tar.gz", "bzip2" => ".tar.bz2", "xz" => ".tar.xz", _ => ".tar" };
        if (FileName.Contains('/'))
            throw new BuildException(build.Element.FullName, "assemble", $"{build.Element.FullName}: the filename '{FileName}' must not hold a slash.");
        var input = await build.LayAsync([.. Closure.Build(build.Element)], "/input", cancellationToken);
        await using var batch = build.Content.BeginBatch();
        var path = batch.NewPath();
        await using (var file = File.Create(path))
        await using (var compressed = Compress(build, file))
            await build.Trees.WriteArchiveAsync(input, compressed, cancellationToken);
        var content = batch.AddFile(path, adopt: true, cancellationToken);
        await batch.CommitAsync(cancellationToken);
        var draft = build.Trees.BeginDraft();
        var tree = draft.Add(TreeDirectory.Create([new FileNode(FileName + extension, content, IsExecutable: false)]));
        return new ElementOutput(await draft.CommitAsync(tree.Hash, cancellationToken));
    }

    private Stream Compress(ElementBuild build, FileStream file) => Compression switch
    {
        "none" => file,
        "gzip" => new GZipStream(file, CompressionLevel.SmallestSize),
        "bzip2" => new BZip2OutputStream(file),
        _ => throw new BuildException(
            build.Element.FullName, "assemble",
            $"{build.Element.FullName}: Bistro cannot write '{Compression}' archives yet; 'gzip', 'bzip2' and 'none' it can."),
    };
}
