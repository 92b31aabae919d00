using System.Collections.Immutable;
using Bistro.Model.Elements;
using Bistro.Model.Sources;

namespace Bistro.Model.Loading;

/// <summary>Every native kind. The <c>plugins</c> of a project decide which it may use, and which of two with the same name it means.</summary>
public sealed record KindCatalog(
    ImmutableArray<IElementKind> Elements, ImmutableArray<ISourceKind> Sources, ImmutableArray<ISourceMirrorKind> Mirrors);
