namespace Bistro.Model.Disk;

/// <summary>The view of the load that is under way, or of the last one: the files of all projects of a loader are seen through it.</summary>
internal sealed class DiskViews
{
    private volatile DiskView _current = new();

    public DiskView Current => _current;

    public void Start(DiskView view) => _current = view;
}
