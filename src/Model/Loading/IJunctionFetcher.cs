using Bistro.Model.Elements;

namespace Bistro.Model.Loading;

/// <summary>Fetches projects behind junctions whose sources are not local folders. Builder implements it.</summary>
public interface IJunctionFetcher
{
    /// <summary>
    /// The folder where the junction's sources stand staged, all of them, in order. What was staged under the junction's key before is
    /// not staged again. Null if it is optional and not available.
    /// </summary>
    /// <param name="junction">The junction element; its sources are resolved.</param>
    /// <param name="isOptional">Only plugins would be read from it, and their kinds are native, so network access is not necessary.</param>
    /// <param name="cancellationToken">Ends the fetch.</param>
    Task<string?> FetchAsync(Element junction, bool isOptional, CancellationToken cancellationToken);
}
