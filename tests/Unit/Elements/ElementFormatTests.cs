using Bistro.Model.Elements;
using Bistro.Model.Loading;
using Bistro.Model.Projects;

namespace Bistro.Unit.Elements;

public sealed class ElementFormatTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bistro-format-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("%{name}|%{kind: >10}|%{kind:*^10}|%{kind:.4}|", "j.bst|  junction|*junction*|junc|")]
    [InlineData("%{state} %{workspace-dirs}%{unknown} 100%", "junction %{unknown} 100%")]
    [InlineData("%{description}", "two lines")]
    [InlineData("%{deps}%{config}", "[]{}\n")]
    public async Task Fields_are_filled_in_as_Python_formats_them(string format, string printed)
    {
        Write("project.conf", "name: p\nmin-version: 2.0\n");
        Write("j.bst", "kind: junction\ndescription: |\n  two\n  lines\n");
        var loader = new ProjectLoader(new LoadRequest { Directory = _folder }, new KindCatalog([], [], []));
        var loaded = await loader.LoadAsync(["j.bst"], TestContext.Current.CancellationToken);

        Assert.Equal(printed, ElementFormat.Parse(format).Print(loaded.Targets[0], ElementCaches.Empty));
    }

    [Fact]
    public void A_width_that_is_none_is_refused() =>
        Assert.Throws<FormatException>(() => ElementFormat.Parse("%{name: wide}"));

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
