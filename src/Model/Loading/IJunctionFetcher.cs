using Bistro.Model.Elements;

namespace Bistro.Model.Loading;

/// <summary>Gets the projects behind junctions whose sources are not local folders. Builder implements it over its sources.</summary>
public interface IJunctionFetcher
{
    /// <summary>
    /// The folder where the junction's sources stand staged, all of them, in order. What was staged under the junction's key before is
    /// not staged again. Null when it cannot be had and is optional.
    /// </summary>
    /// <param name="junction">The junction element; its sources are resolved.</param>
    /// <param name="isOptional">Only plugins would be read from it, and all of their kinds are native: the network may stay unasked.</param>
    /// <param name="cancellationToken">Ends the fetch.</param>
    Task<string?> FetchAsync(Element junction, bool isOptional, CancellationToken cancellationToken);
}
