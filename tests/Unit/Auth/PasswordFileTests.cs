using Bistro.Registry.Auth;

namespace Bistro.Unit.Auth;

public sealed class PasswordFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();
    private readonly ManualTime _time = new();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task Right_password_is_right_every_time()
    {
        using var file = Create("alice:" + Hash("secret"));
        Assert.True(await CheckAsync(file, "alice", "secret"));
        Assert.True(await CheckAsync(file, "alice", "secret"));
        Assert.False(await CheckAsync(file, "alice", "Secret"));
    }

    [Theory]
    [InlineData("bob", "secret")]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData("broken", "x")]
    public async Task Unknown_users_and_other_forms_of_password_are_refused(string user, string password)
    {
        using var file = Create("alice:" + Hash("secret"), "plain:plain", "broken:$2y$nonsense", "# comment");
        Assert.False(await CheckAsync(file, user, password));
    }

    [Fact]
    public async Task Changed_file_is_read_again_and_what_was_remembered_is_not_believed()
    {
        using var file = Create("alice:" + Hash("secret"));
        Assert.True(await CheckAsync(file, "alice", "secret"));
        await File.WriteAllTextAsync(_path, "alice:" + Hash("other") + "\n\n", TestContext.Current.CancellationToken);
        _time.GoOn(TimeSpan.FromSeconds(3));
        Assert.False(await CheckAsync(file, "alice", "secret"));
        Assert.True(await CheckAsync(file, "alice", "other"));
    }

    private static string Hash(string password) => BCrypt.Net.BCrypt.HashPassword(password, 4);

    private static ValueTask<bool> CheckAsync(PasswordFile file, string user, string password) =>
        file.CheckAsync(user, password, TestContext.Current.CancellationToken);

    private PasswordFile Create(params string[] lines)
    {
        File.WriteAllLines(_path, lines);
        return new PasswordFile(_path, _time);
    }
}
