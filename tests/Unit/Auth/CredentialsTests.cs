using System.Text;
using Bistro.Registry.Auth;

namespace Bistro.Unit.Auth;

public sealed class CredentialsTests
{
    [Fact]
    public void Password_may_hold_colons() =>
        Assert.Equal(new Credentials.Password("alice", "a:b"), Credentials.Parse(Basic("alice:a:b")));

    [Fact]
    public void Empty_user_and_password_are_anonymous() => Assert.IsType<Credentials.None>(Credentials.Parse(Basic(":")));

    [Fact]
    public void No_header_is_anonymous() => Assert.IsType<Credentials.None>(Credentials.Parse(default));

    [Theory]
    [InlineData("Basic")]
    [InlineData("Basic !!!")]
    [InlineData("Basic YWxpY2U=")]
    [InlineData("Digest x")]
    [InlineData(" ")]
    public void Nonsense_is_nothing_at_all(string header) => Assert.Null(Credentials.Parse(header));

    [Fact]
    public void Secrets_are_in_no_text()
    {
        Assert.DoesNotContain("secret", Credentials.Parse(Basic("alice:secret"))!.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", Credentials.Parse("Bearer secret")!.ToString(), StringComparison.Ordinal);
    }

    private static string Basic(string text) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
