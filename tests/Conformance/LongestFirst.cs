using Bistro.Conformance.Quickstart;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(Bistro.Conformance.LongestFirst))]

namespace Bistro.Conformance;

/// <summary>Begins with the samples, whose builds take as long as all other tests, so that these run beside them and not before.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => collection.TestCollectionDisplayName != nameof(SampleServer))];
}
