using Bistro.Builder.Content;
using Bistro.Builder.Metadata;
using Bistro.Registry.OnDemand;
using Bistro.Registry.Repositories;

namespace Bistro.Registry.Server;

/// <summary>A store whose files and database are open.</summary>
public sealed class OpenStore : IAsyncDisposable
{
    /// <param name="directory">Created if it does not exist.</param>
    public OpenStore(string directory)
    {
        Content = ContentStore.Create(directory);
        try
        {
            Metadata = MetadataStore.Open(Content, [.. BuildServices.Schemas, RepositorySchema.Schema, ImageTable.Schema]);
        }
        catch
        {
            Content.Dispose();
            throw;
        }
    }

    public ContentStore Content { get; }

    public MetadataStore Metadata { get; }

    public async ValueTask DisposeAsync()
    {
        await Metadata.DisposeAsync();
        Content.Dispose();
    }
}
