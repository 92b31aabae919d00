using Bistro.Model.Elements;
using Bistro.Model.Errors;
using Bistro.Model.Loading;
using CsCheck;

namespace Bistro.Unit.Projects;

/// <summary>Whatever is changed, a loader that knows the project from before says what a new one says.</summary>
public sealed class ReloadPropertyTests
{
    // The possible contents of each file: the first is the initial one, null means that the file is missing.
    private static readonly (string Path, string?[] Texts)[] Files =
    [
        ("project.conf", [
            Head + "variables: {(@): shared.yml}\n",
            Head + "variables: {own: value}\n",
            Head + "variables: {(@): shared.yml}\nelements: {manual: {variables: {all: more}}}\n"]),
        ("shared.yml", ["shared: one\n", "shared: another\n", "{}\n", null]),
        ("part.yml", ["variables: {part: one}\n", "variables: {part: another}\n", "depends: [b.bst]\n", null]),
        ("files/a", ["one", "another", null]),
        ("files/sub/b", ["one", "another", null]),
        ("elements/a.bst", ["kind: manual\n", "kind: manual\nvariables: {new: variable}\n", "kind: manual\nunknown: member\n", "kind: [\n", null]),
        ("elements/b.bst", ["kind: manual\nbuild-depends: [a.bst]\n", "kind: stack\ndepends: [a.bst]\n", "kind: stack\ndepends: [c.bst]\n"]),
        ("elements/c.bst", ["kind: import\nsources: [{kind: local, path: files}]\n", "kind: import\nsources: [{kind: local, path: files/a}]\n"]),
        ("elements/d.bst", ["kind: manual\n(@): part.yml\nconfig: {build-commands: ['%{shared}']}\n", "kind: manual\nbuild-depends: [a.bst, c.bst]\n"]),
        ("elements/link.bst", ["kind: link\nconfig: {target: a.bst}\n", "kind: link\nconfig: {target: b.bst}\n", "kind: link\nconfig: {target: sub.bst:c.bst}\n"]),
        // The project stands behind its own junction: each of its files is read for both.
        ("elements/sub.bst", [
            "kind: junction\nsources:\n" + Own,
            "kind: junction\nsources:\n" + Own + "config: {overrides: {a.bst: c.bst}}\n"]),
        ("elements/top.bst", ["kind: stack\ndepends: [b.bst, d.bst, link.bst, sub.bst:d.bst, sub.bst:b.bst]\n"]),
    ];

    private const string Head = "name: top\nmin-version: 2.0\nelement-path: elements\njunctions: {internal: [sub.bst]}\n";

    private const string Own = """
        - {kind: local, path: project.conf}
        - {kind: local, path: shared.yml}
        - {kind: local, path: part.yml}
        - {kind: local, path: files, directory: files}
        - {kind: local, path: elements, directory: elements}

        """;

    private static readonly Gen<(int File, int Text)[]> Edits =
        (from file in Gen.Int[0, Files.Length - 1]
         from text in Gen.Int[0, Files[file].Texts.Length - 1]
         select (file, text)).Array[1, 25];

    [Fact]
    public Task A_load_after_any_changes_is_as_a_fresh_one() => Edits.SampleAsync(async edits =>
    {
        using var projects = new LittleProjects();
        for (var file = 0; file < Files.Length; file++)
            Write(projects, file, 0, DateTime.UnixEpoch);
        var loader = projects.Loader();
        Assert.Contains("sub.bst:d.bst ", await DescribeAsync(loader), StringComparison.Ordinal);
        for (var edit = 0; edit < edits.Length; edit++)
        {
            var (file, text) = edits[edit];
            // A time of its own: two writes within a tick of the file system's clock are more than a stamp can tell apart.
            Write(projects, file, text, DateTime.UnixEpoch.AddSeconds(edit + 1));
            Assert.Equal(await DescribeAsync(projects.Loader()), await DescribeAsync(loader));
        }
    }, iter: 60);

    private static void Write(LittleProjects projects, int file, int text, DateTime written)
    {
        var (path, texts) = Files[file];
        var absolute = Path.Combine(projects.Directory, path);
        if (texts[text] is not { } content)
        {
            File.Delete(absolute);
            return;
        }
        projects.With(path, content);
        File.SetLastWriteTimeUtc(absolute, written);
    }

    /// <summary>Each element with its keys, or what is wrong.</summary>
    private static async Task<string> DescribeAsync(ProjectLoader loader)
    {
        try
        {
            var loaded = await loader.LoadAsync(["top.bst"], TestContext.Current.CancellationToken);
            return string.Join('\n', Closure.All(loaded.Targets).Select(element => $"{element.FullName} {element.Keys.Weak} {element.Keys.Strict}"));
        }
        catch (LoadException mistake)
        {
            return string.Join('\n', mistake.Errors.Select(error => error.ToString()));
        }
    }
}
