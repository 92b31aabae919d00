using Bistro.Model.Errors;
using Bistro.Registry.Auth;
using Microsoft.Extensions.Time.Testing;

namespace Bistro.Unit.Auth;

public sealed class PasswordFileTests : IDisposable
{
    private const string Letters = "abcdefghijklmnopqrstuvABCDEFGHIJKLMNOPQRSTUVWXYZ01234";

    private readonly string _path = Path.GetTempFileName();
    private readonly FakeTimeProvider _time = new();
    private readonly LineLog _log = new();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task Right_password_is_right_every_time()
    {
        using var file = Create("# comment", "", "alice:" + Hash("secret"));
        Assert.True(await CheckAsync(file, "alice", "secret"));
        Assert.True(await CheckAsync(file, "alice", "secret"));
        Assert.False(await CheckAsync(file, "alice", "Secret"));
        Assert.False(await CheckAsync(file, "bob", "secret"));
        Assert.False(await CheckAsync(file, "", ""));
    }

    [Fact]
    public async Task Changed_file_is_read_again_and_remembered_passwords_are_forgotten()
    {
        using var file = Create("alice:" + Hash("secret"));
        Assert.True(await CheckAsync(file, "alice", "secret"));
        Write("alice:" + Hash("other"));
        Assert.False(await CheckAsync(file, "alice", "secret"));
        Assert.True(await CheckAsync(file, "alice", "other"));
    }

    [Fact]
    public async Task Change_that_keeps_size_and_time_is_seen()
    {
        using var file = Create("alice:" + Hash("secret"));
        var written = File.GetLastWriteTimeUtc(_path);
        Write("alice:" + Hash("other!"));
        File.SetLastWriteTimeUtc(_path, written);
        Assert.True(await CheckAsync(file, "alice", "other!"));
    }

    [Fact]
    public async Task Change_behind_a_symbolic_link_is_seen()
    {
        var folder = Directory.CreateTempSubdirectory("bistro-users-").FullName;
        try
        {
            foreach (var (version, password) in new[] { ("one", "first"), ("two", "second") })
            {
                Directory.CreateDirectory(Path.Combine(folder, version));
                await File.WriteAllTextAsync(Path.Combine(folder, version, "users"), "alice:" + Hash(password), TestContext.Current.CancellationToken);
            }

            // As Kubernetes mounts a secret.
            var (data, users) = (Path.Combine(folder, "data"), Path.Combine(folder, "users"));
            File.CreateSymbolicLink(data, "one");
            File.CreateSymbolicLink(users, "data/users");
            using var file = new PasswordFile(users, _time, _log);
            Assert.True(await CheckAsync(file, "alice", "first"));
            File.Delete(data);
            File.CreateSymbolicLink(data, "two");
            _time.Advance(TimeSpan.FromSeconds(3));
            Assert.True(await CheckAsync(file, "alice", "second"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task File_that_is_away_leaves_the_old_one_in_use_and_is_logged_once()
    {
        using var file = Create("alice:" + Hash("secret"));
        File.Delete(_path);
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(3));
            Assert.True(await CheckAsync(file, "alice", "secret"));
        }

        Assert.Contains("stays in use", Assert.Single(_log.Lines), StringComparison.Ordinal);
        Write("alice:" + Hash("other"));
        Assert.True(await CheckAsync(file, "alice", "other"));
        Assert.Contains("again and is in use", _log.Lines[1], StringComparison.Ordinal);
        Assert.Equal(2, _log.Lines.Count);
    }

    [Fact]
    public async Task Mistake_in_a_changed_file_leaves_the_old_one_in_use()
    {
        using var file = Create("alice:" + Hash("secret"));
        Write("alice:" + Hash("other"), "bob:$2");
        Assert.True(await CheckAsync(file, "alice", "secret"));
        Assert.False(await CheckAsync(file, "bob", "$2"));
        Assert.Contains($"{_path}:2:5: ", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain", 1)]
    [InlineData(":$2y$10$" + Letters, 1)]
    [InlineData("alice:", 7)]
    [InlineData("alice:secret", 7)]
    [InlineData("alice:$2", 7)]
    [InlineData("alice:$2y$", 7)]
    [InlineData("alice:$2y$10", 7)]
    [InlineData("alice:$2y$10$", 7)]
    [InlineData("alice:$2y$1$" + Letters, 7)]
    [InlineData("alice:$2y$03$" + Letters, 7)]
    [InlineData("alice:$2y$31$" + Letters, 7)]
    [InlineData("alice:$2y$99$" + Letters, 7)]
    [InlineData("alice:$2y$1x$" + Letters, 7)]
    [InlineData("alice:$2z$10$" + Letters, 7)]
    [InlineData("alice:$2yy$10$" + Letters, 7)]
    [InlineData("alice:$3y$10$" + Letters, 7)]
    [InlineData("alice:$2y$10$" + Letters + "x", 7)]
    [InlineData("alice:$2y$10$ä" + Letters, 7)]
    [InlineData("alice:$2y$10$abcdefghijklmnopqrstuvABCDEFGHIJKLMNOPQRSTUVWXYZ0123!", 7)]
    [InlineData("alice:$apr1$x$yyyyyyyyyyyyyyyyyyyyyy", 7)]
    [InlineData("alice:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=", 7)]
    public void Malformed_line_is_named_with_its_place(string line, int column)
    {
        var mistake = Assert.Throws<LoadException>(() => Create("# users", line));
        var error = Assert.Single(mistake.Errors);
        Assert.Equal((2, column), (error.Where!.Value.Line, error.Where.Value.Column));
        Assert.DoesNotContain("$", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_malformed_line_is_reported()
    {
        var mistake = Assert.Throws<LoadException>(() => Create("a:$2", "b:" + Hash("x"), "c", "b:" + Hash("y")));
        Assert.Equal([1, 3, 4], mistake.Errors.Select(error => error.Where!.Value.Line));
    }

    [Theory]
    [InlineData("$2$04$")]
    [InlineData("$2a$10$")]
    [InlineData("$2b$12$")]
    [InlineData("$2x$17$")]
    [InlineData("$2y$05$")]
    public void Every_revision_of_bcrypt_is_read(string head) => Create("alice:" + head + Letters + "  ").Dispose();

    private static string Hash(string password) => BCrypt.Net.BCrypt.HashPassword(password, 4);

    private static ValueTask<bool> CheckAsync(PasswordFile file, string user, string password) =>
        file.CheckAsync(user, password, TestContext.Current.CancellationToken);

    private void Write(params string[] lines)
    {
        File.WriteAllLines(_path, lines);
        _time.Advance(TimeSpan.FromSeconds(3));
    }

    private PasswordFile Create(params string[] lines)
    {
        File.WriteAllLines(_path, lines);
        return new PasswordFile(_path, _time, _log);
    }
}
