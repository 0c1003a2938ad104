#include "core/chain/evm/message/SignInMessage.h"

#include "core/chain/evm/message/SignInSyntax.h"
#include "tests/support/TestProgram.h"

#include <QTest>

#include <random>

using namespace countersign;

// The cases of the reference implementation's vectors, and what they leave out.

namespace {

constexpr const char* account = "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2";

const std::string wholeSignIn =
    std::string("service.org wants you to sign in with your Ethereum account:\n") + account +
    "\n\nI accept the Terms of Service: https://service.org/tos\n\n"
    "URI: https://service.org/login\nVersion: 1\nChain ID: 1\nNonce: 32891757\n"
    "Issued At: 2021-09-30T16:25:24.000Z\nExpiration Time: 2021-10-01T16:25:24Z\n"
    "Not Before: 2021-09-30T16:25:24+02:00\nRequest ID: some_id\nResources:\n"
    "- ipfs://Qme7ss3ARVgxv6rXqVPiikMJ8u2NLgmgszg13pYrDKEoiu\n"
    "- https://example.com/claim.json";

std::string replaced(const std::string& from, const std::string& to)
{
    std::string text = wholeSignIn;
    const std::size_t at = text.find(from);
    if (at == std::string::npos) {
        qFatal("the test's message has no such part");
    }
    return text.replace(at, from.size(), to);
}

}  // namespace

class SignInMessageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEveryField()
    {
        const auto message = parseSignInMessage(wholeSignIn);
        QVERIFY(message);
        QVERIFY(!message->scheme);
        QCOMPARE(message->domain, std::string("service.org"));
        QCOMPARE(toText(message->address), std::string(account));
        QCOMPARE(*message->statement, std::string("I accept the Terms of Service: https://service.org/tos"));
        QCOMPARE(message->uri, std::string("https://service.org/login"));
        QCOMPARE(message->chainId, Uint256(1));
        QCOMPARE(message->nonce, std::string("32891757"));
        QCOMPARE(message->issuedAt, std::string("2021-09-30T16:25:24.000Z"));
        QCOMPARE(*message->expirationTime, std::string("2021-10-01T16:25:24Z"));
        QCOMPARE(*message->notBefore, std::string("2021-09-30T16:25:24+02:00"));
        QCOMPARE(*message->requestId, std::string("some_id"));
        QCOMPARE(message->resources.size(), std::size_t(2));
        QCOMPARE(message->resources[1], std::string("https://example.com/claim.json"));
    }

    void takes_data()
    {
        QTest::addColumn<std::string>("from");
        QTest::addColumn<std::string>("to");
        const auto row = [](const char* name, const char* from, const char* to) {
            QTest::newRow(name) << std::string(from) << std::string(to);
        };
        row("no statement", "I accept the Terms of Service: https://service.org/tos\n", "");
        row("IPv4", "service.org wants", "127.0.0.1 wants");
        row("IPv6", "service.org wants", "[::cafe] wants");
        row("user and port", "service.org wants", "test@127.0.0.1:8080 wants");
        row("localhost with port", "service.org wants", "localhost:8080 wants");
        row("scheme", "service.org wants", "https://service.org wants");
        row("URI with query and fragment", "https://service.org/login", "https://127.0.0.1/?query=one#begin");
        row("URI of IPv6", "https://service.org/login", "https://[::cafe]:4361");
        row("URI without an authority", "https://service.org/login", "did:key:z6Mkw");
        row("another chain", "Chain ID: 1", "Chain ID: 11155111");
        row("no expiration", "Expiration Time: 2021-10-01T16:25:24Z\n", "");
        row("no start", "Not Before: 2021-09-30T16:25:24+02:00\n", "");
        row("no request", "Request ID: some_id\n", "");
        row("empty request", "Request ID: some_id\n", "Request ID: \n");
        row("no resources",
            "\n- ipfs://Qme7ss3ARVgxv6rXqVPiikMJ8u2NLgmgszg13pYrDKEoiu\n"
            "- https://example.com/claim.json",
            "");
        row("leap day", "2021-09-30T16:25:24.000Z", "2024-02-29T23:59:60z");
    }

    void takes()
    {
        QFETCH(std::string, from);
        QFETCH(std::string, to);
        const auto message = parseSignInMessage(replaced(from, to));
        QVERIFY2(message.has_value(), message ? "" : qPrintable(message.error().detail));
    }

    void refuses_data()
    {
        QTest::addColumn<std::string>("from");
        QTest::addColumn<std::string>("to");
        const auto row = [](const char* name, const char* from, const char* to) {
            QTest::newRow(name) << std::string(from) << std::string(to);
        };
        row("no domain", "service.org wants", " wants");
        row("domain that is no authority", "service.org wants", "#service.org wants");
        row("domain with a path", "service.org wants", "service.org/x wants");
        row("empty host", "service.org wants", "user@:80 wants");
        row("two users", "service.org wants", "a@b@service.org wants");
        row("scheme of digits", "service.org wants", "1http://service.org wants");
        row("another chain's sign-in", "your Ethereum account", "your Solana account");
        row("other case", "Ethereum account", "ethereum account");
        row("address in small letters", account, "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2");
        row("address with a wrong checksum", account, "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756CC2");
        row("blank behind the address", "Cc2\n", "Cc2 \n");
        row("CR LF", "Cc2\n", "Cc2\r\n");
        row("one more empty line", "\n\nURI", "\n\n\nURI");
        row("one empty line less", "\n\nURI", "\nURI");
        row("statement of two lines", "Service: https", "Service:\nhttps");
        row("statement with a quotation mark", "I accept", "I \"accept\"");
        row("statement that is not ASCII", "I accept", "I accept\xe2\x80\xae");
        row("no URI", "URI: https://service.org/login\n", "");
        row("URI without a scheme", "https://service.org/login", ":not_a_uri");
        row("URI with a blank", "https://service.org/login", "https://service.org/log in");
        row("URI with a broken escape", "https://service.org/login", "https://service.org/%zz");
        row("URI with two fragments", "https://service.org/login", "https://service.org/#a#b");
        row("version 3", "Version: 1", "Version: 3");
        row("version 11", "Version: 1", "Version: 11");
        row("no number of a chain", "Chain ID: 1", "Chain ID: ?");
        row("chain in hex", "Chain ID: 1", "Chain ID: 0x1");
        row("chain beyond 256 bits", "Chain ID: 1",
            "Chain ID: 115792089237316195423570985008687907853269984665640564039457584007913129639936");
        row("short nonce", "32891757", "3289175");
        row("nonce with a sign", "32891757", "3289-1757");
        row("time of another form", "2021-09-30T16:25:24.000Z", "Wed Oct 05 2011 16:48:00 GMT+0200");
        row("31st of September", "2021-09-30T16:25:24.000Z", "2021-09-31T16:25:24.000Z");
        row("no leap year", "2021-09-30T16:25:24.000Z", "2100-02-29T16:25:24.000Z");
        row("hour 24", "2021-09-30T16:25:24.000Z", "2021-09-30T24:00:00Z");
        row("no zone", "2021-09-30T16:25:24.000Z", "2021-09-30T16:25:24");
        row("empty fraction", "2021-09-30T16:25:24.000Z", "2021-09-30T16:25:24.Z");
        row("fields out of order", "URI: https://service.org/login\nVersion: 1",
            "Version: 1\nURI: https://service.org/login");
        row("field twice", "Request ID: some_id", "Request ID: some_id\nRequest ID: other_id");
        row("unknown field", "Request ID: some_id", "Request: some_id");
        row("request with a blank", "some_id", "some id");
        row("resources on one line", "\n- https://example.com", " - https://example.com");
        row("resource that is no URI", "- https://example.com/claim.json", "- claim.json");
        row("line at the end", "claim.json", "claim.json\n");
    }

    void refuses()
    {
        QFETCH(std::string, from);
        QFETCH(std::string, to);
        const std::string text = replaced(from, to);
        QVERIFY(!parseSignInMessage(text));
        QVERIFY(looksLikeSignIn(text));
    }

    void refusesWhatIsTooLong()
    {
        QVERIFY(parseSignInMessage(replaced("claim.json", std::string(15'000, 'a'))));
        QVERIFY(!parseSignInMessage(replaced("claim.json", std::string(17'000, 'a'))));
        QVERIFY(!parseSignInMessage(""));
    }

    void knowsASignInByItsWords()
    {
        QVERIFY(looksLikeSignIn("x WANTS you to  sign-in with your Ethereum account"));
        QVERIFY(looksLikeSignIn("x wants you to sign in with your Solana account:"));
        QVERIFY(!looksLikeSignIn("Please sign in with your Ethereum account"));
        QVERIFY(!looksLikeSignIn(""));
    }

    void knowsItInLettersThatOnlyLookTheSame()
    {
        // Cyrillic o, Greek iota and Cyrillic i, wide letters, something that nobody sees.
        QVERIFY(looksLikeSignIn("x wants y\xd0\xbeu to sign in with your Ethereum account:"));
        QVERIFY(looksLikeSignIn("x wants you to s\xce\xb9gn \xd1\x96n with your Ethereum account:"));
        QVERIFY(looksLikeSignIn("x \xef\xbd\x97\xef\xbd\x81nts you to sign in with your account"));
        QVERIFY(looksLikeSignIn("x wa\xe2\x80\x8bnts you to sign in with your account"));
        // Texts of another script, and words between which such letters stand, are none.
        QVERIFY(
            !looksLikeSignIn("\xd0\x9f\xd0\xbe\xd0\xb4\xd1\x82\xd0\xb2\xd0\xb5\xd1\x80\xd0\xb6"
                             "\xd0\xb4\xd0\xb0\xd1\x8e \xd0\xb2\xd1\x85\xd0\xbe\xd0\xb4"));
        std::string repeated;
        for (int i = 0; i < 40; ++i) {
            repeated += "\xd0\xb0";
        }
        QVERIFY(!looksLikeSignIn(repeated));
        QVERIFY(!looksLikeSignIn("wants " + repeated));
    }

    void takesUrisApart()
    {
        QCOMPARE(authorityOfUri("https://a@b:1/c?d#e"), std::optional<std::string_view>("a@b:1"));
        QCOMPARE(authorityOfUri("https://b?x=//c"), std::optional<std::string_view>("b"));
        QCOMPARE(authorityOfUri("urn:a//b"), std::optional<std::string_view>());
        const auto authority = parseUriAuthority("u:p@[1:2::3.4.5.6]:80");
        QVERIFY(authority);
        QCOMPARE(*authority->userInfo, std::string_view("u:p"));
        QCOMPARE(authority->host, std::string_view("[1:2::3.4.5.6]"));
        QCOMPARE(*authority->port, std::string_view("80"));
        for (const char* bad :
             {"[1:2]", "[::1", "[1::2::3]", "[::12345]", "[v.x]", "a b", "a:b", "a:1:2", "\xc3\xa4"}) {
            QVERIFY2(!parseUriAuthority(bad), bad);
        }
        QVERIFY(parseUriAuthority("[v1.a:b]"));
        QVERIFY(isUri("file:///etc"));
        QVERIFY(!isUri("//a"));
    }

    /// Whatever is still accepted must say something else than before, or be the same text.
    void survivesMutations()
    {
        std::mt19937 random(4361);
        const auto original = parseSignInMessage(wholeSignIn);
        for (int i = 0; i < 20'000; ++i) {
            std::string text = wholeSignIn;
            const std::size_t at = random() % text.size();
            switch (random() % 3) {
                case 0:
                    text[at] = static_cast<char>(random() % 256);
                    break;
                case 1:
                    text.erase(at, 1 + random() % 8);
                    break;
                default:
                    text.insert(at, 1, static_cast<char>(random() % 256));
            }
            const auto message = parseSignInMessage(text);
            QVERIFY(!message || text == wholeSignIn || *message != *original);
        }
    }
};

COUNTERSIGN_APPLESS_TEST(SignInMessageTest)
#include "SignInMessage_test.moc"
