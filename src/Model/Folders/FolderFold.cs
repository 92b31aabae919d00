namespace Bistro.Model.Folders;

/// <summary>
/// Computes a value for a folder from the values of its subfolders, from the deepest up. It keeps its own stack, so that the
/// depth of a folder, which someone else chooses, cannot overflow the thread's.
/// </summary>
public static class FolderFold
{
    /// <param name="root">The folder.</param>
    /// <param name="subfolders">Lists the subfolders; called once for each folder, before those below it.</param>
    /// <param name="combine">Makes a folder's value of its subfolders' values, which are in the order of the list.</param>
    public static TValue Run<TFolder, TValue>(
        TFolder root, Func<TFolder, IReadOnlyList<TFolder>> subfolders, Func<TFolder, IReadOnlyList<TValue>, TValue> combine)
    {
        var open = new Stack<Frame<TFolder, TValue>>();
        open.Push(new Frame<TFolder, TValue>(root, subfolders(root)));
        while (true)
        {
            var current = open.Peek();
            if (current.Values.Count < current.Subfolders.Count)
            {
                var below = current.Subfolders[current.Values.Count];
                open.Push(new Frame<TFolder, TValue>(below, subfolders(below)));
                continue;
            }
            var value = combine(current.Folder, current.Values);
            open.Pop();
            if (!open.TryPeek(out var parent))
                return value;
            parent.Values.Add(value);
        }
    }

    private sealed record Frame<TFolder, TValue>(TFolder Folder, IReadOnlyList<TFolder> Subfolders)
    {
        public List<TValue> Values { get; } = new(Subfolders.Count);
    }
}
