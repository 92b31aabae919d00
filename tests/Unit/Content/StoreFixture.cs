using Bistro.Builder.Content;
using Bistro.Builder.Files;

namespace Bistro.Unit.Content;

/// <summary>A real store in a directory of its own, gone after the test.</summary>
public sealed class StoreFixture : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bistro-store-");

    public StoreFixture(IContentFaults? faults = null, TimeProvider? time = null) => Store = ContentStore.Create(Root, time, faults);

    public string Root => Path.Combine(_directory.FullName, "store");

    public ContentStore Store { get; }

    /// <summary>A fresh directory beside the store, for files of the test.</summary>
    public string NewDirectory() => _directory.CreateSubdirectory(Path.GetRandomFileName()).FullName;

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Store.Dispose();
        DirectoryRemoval.Remove(_directory.FullName);
    }
}
