#include "core/chain/solana/offchain/SolanaSignIn.h"

#include "tests/support/TestProgram.h"

#include <QTest>

#include <random>

using namespace countersign;

namespace {

const std::string signInAddress = "9wYn2kqkzT1QzTHyhcqEYSiTBLpcaBqHrz5mZ3vS6ZrM";
const std::string minimal = "example.com wants you to sign in with your Solana account:\n" + signInAddress;
/// Every field there is.
const std::string maximal =
    minimal +
    "\n\nClicking Sign or Approve only means you have proved this wallet is owned by you."
    "\n\nURI: https://www.example.com/sign-in?x=1#y"
    "\nVersion: 1"
    "\nChain ID: solana:mainnet"
    "\nNonce: oBbLoEldZs1"
    "\nIssued At: 2026-11-22T08:00:00.000Z"
    "\nExpiration Time: 2026-11-22T08:10:00Z"
    "\nNot Before: 2026-11-22T07:59:00+01:00"
    "\nRequest ID: 123-abc%20:@"
    "\nResources:"
    "\n- https://example.com/terms"
    "\n- ipfs://bafybeiemxf5abjwjbikoz4mc3a3dla6ual3jsgpdr4cjr3oz3evfyavhwq/";

QString signInDetail(const std::string& text)
{
    const auto signIn = parseSolanaSignIn(text);
    return signIn ? QStringLiteral("accepted") : signIn.error().detail;
}

std::string replaced(std::string text, const std::string& what, const std::string& by)
{
    const std::size_t at = text.find(what);
    if (at == std::string::npos) {
        qFatal("nothing to replace");
    }
    return text.replace(at, what.size(), by);
}

}  // namespace

class SolanaSignInTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsTheMinimalMessage()
    {
        const auto signIn = parseSolanaSignIn(minimal);
        QVERIFY(signIn.has_value());
        SolanaSignIn expected;
        expected.domain = "example.com";
        expected.address = *parseSolanaAddress(signInAddress);
        QVERIFY(*signIn == expected);
        QCOMPARE(toText(*signIn), minimal);
    }

    void readsTheMaximalMessage()
    {
        const auto signIn = parseSolanaSignIn(maximal);
        QVERIFY(signIn.has_value());
        QCOMPARE(
            *signIn->statement,
            std::string("Clicking Sign or Approve only means you have proved this wallet is owned by you."));
        QCOMPARE(*signIn->uri, std::string("https://www.example.com/sign-in?x=1#y"));
        QCOMPARE(*signIn->version, std::string("1"));
        QCOMPARE(*signIn->chainId, std::string("solana:mainnet"));
        QCOMPARE(*signIn->nonce, std::string("oBbLoEldZs1"));
        QCOMPARE(*signIn->issuedAt, std::string("2026-11-22T08:00:00.000Z"));
        QCOMPARE(*signIn->expirationTime, std::string("2026-11-22T08:10:00Z"));
        QCOMPARE(*signIn->notBefore, std::string("2026-11-22T07:59:00+01:00"));
        QCOMPARE(*signIn->requestId, std::string("123-abc%20:@"));
        QCOMPARE(signIn->resources->size(), std::size_t{2});
        QCOMPARE(toText(*signIn), maximal);
    }

    void readsEveryCombination()
    {
        const std::string parts[] = {"URI: https://example.com",
                                     "Version: 1",
                                     "Chain ID: localnet",
                                     "Nonce: 12345678",
                                     "Issued At: 2026-01-31T00:00:00Z",
                                     "Expiration Time: 2026-01-31T00:00:00Z",
                                     "Not Before: 2026-01-31T00:00:00Z",
                                     "Request ID: ",
                                     "Resources:",
                                     "- https://example.com"};
        for (unsigned chosen = 0; chosen < 2048; ++chosen) {
            std::string text = minimal + ((chosen & 1024U) != 0 ? "\n\nHello (again)." : "");
            // A resource without its heading; alone it is a statement that begins with a dash.
            const bool hasOrphan = (chosen & 512U) != 0 && (chosen & 256U) == 0 && chosen != 512;
            std::string block;
            for (unsigned i = 0; i < std::size(parts); ++i) {
                block += (chosen & (1U << i)) != 0 ? '\n' + parts[i] : "";
            }
            text += block.empty() ? "" : '\n' + block;
            const auto signIn = parseSolanaSignIn(text);
            QVERIFY2(signIn.has_value() == !hasOrphan, text.c_str());
            QVERIFY(hasOrphan || toText(*signIn) == text);
        }
    }

    void takesDomainsAsTheyAre()
    {
        for (const char* domain :
             {"example.com:3000", "localhost", "127.0.0.1:8080", "[::1]:80", "xn--mnchen-3ya.de"}) {
            const auto signIn = parseSolanaSignIn(replaced(minimal, "example.com", domain));
            QVERIFY2(signIn.has_value(), domain);
            QCOMPARE(signIn->domain, std::string(domain));
        }
    }

    void refusesWhatIsNoSignIn_data()
    {
        QTest::addColumn<QByteArray>("text");
        const auto row = [](const char* name, const std::string& text) {
            QTest::newRow(name) << QByteArray::fromStdString(text);
        };
        const auto changed = [&](const char* name, const std::string& what, const std::string& by) {
            row(name, replaced(maximal, what, by));
        };
        row("empty", "");
        row("text", "Sign in to example.com");
        row("one line", "example.com wants you to sign in with your Solana account:");
        row("newline at the end", minimal + "\n");
        row("newlines at the end", minimal + "\n\n");
        row("newline behind the fields", maximal + "\n");
        row("fields without an empty line", minimal + "\nURI: https://example.com");
        row("two empty lines", minimal + "\n\n\nURI: https://example.com");
        row("a statement in two lines", minimal + "\n\nHello\nyou");
        row("two statements", minimal + "\n\nHello\n\nyou");
        row("too long", minimal + "\n\n" + std::string(17'000, 'a'));
        row("NUL", minimal + "\n\nHello" + std::string(1, '\0'));
        changed("Ethereum", "Solana", "Ethereum");
        changed("other case", "wants", "Wants");
        changed("two blanks", "wants you", "wants  you");
        changed("CRLF", "account:\n", "account:\r\n");
        changed("no domain", "example.com wants", " wants");
        changed("a scheme", "example.com wants", "https://example.com wants");
        changed("a path", "example.com wants", "example.com/x wants");
        changed("a blank in the domain", "example.com wants", "example .com wants");
        changed("a Cyrillic domain", "example.com wants", "ex\xd0\xb0mple.com wants");
        changed("two sentences", "example.com wants",
                "evil.com wants you to sign in with your Solana account:\nexample.com wants");
        changed("an EVM address", signInAddress, "0x52908400098527886E0F7030069857D2E4169EE7");
        changed("a short address", signInAddress, signInAddress.substr(4));
        changed("a long address", signInAddress, "1" + signInAddress);
        changed("a blank behind the address", signInAddress, signInAddress + " ");
        changed("a Unicode statement", "Clicking", "Clickin\xe2\x80\xaeg");
        changed("a quotation mark", "Clicking", "\"Clicking\"");
        changed("an empty statement",
                "Clicking Sign or Approve only means you have proved this wallet is owned by you.", "");
        changed("no URI", "https://www.example.com/sign-in?x=1#y", "www.example.com");
        changed("a blank in the URI", "sign-in?", "sign in?");
        changed("version 2", "Version: 1", "Version: 2");
        changed("no version", "Version: 1", "Version:");
        changed("chain 1", "solana:mainnet", "1");
        changed("a cluster's address", "solana:mainnet", "solana:localnet");
        changed("a short nonce", "oBbLoEldZs1", "oBbLoEl");
        changed("a sign in the nonce", "oBbLoEldZs1", "oBbLoEld-s1");
        changed("no time", "2026-11-22T08:00:00.000Z", "2026-11-22");
        changed("no day", "2026-11-22T08:10:00Z", "2026-02-30T08:10:00Z");
        changed("a blank in the request", "123-abc", "123 abc");
        changed("a resource", "- https://example.com/terms", "-https://example.com/terms");
        changed("no resource", "- https://example.com/terms", "- terms");
        changed("out of order", "\nVersion: 1\nChain ID: solana:mainnet",
                "\nChain ID: solana:mainnet\nVersion: 1");
        changed("twice", "\nVersion: 1", "\nVersion: 1\nVersion: 1");
        changed("unknown field", "\nVersion: 1", "\nVersion: 1\nAudience: x");
        changed("a blank before a field", "\nVersion: 1", "\n Version: 1");
    }

    void refusesWhatIsNoSignIn()
    {
        QFETCH(const QByteArray, text);
        const auto signIn = parseSolanaSignIn(text.toStdString());
        QVERIFY(!signIn.has_value());
        QCOMPARE(signIn.error().code, ErrorCode::InvalidInput);
    }

    /// The grammar alone would let such a line be a statement.
    void aFieldIsNoStatement()
    {
        const std::string posing = minimal + "\n\nURI: https://good.example\n\nURI: https://evil.example";
        QCOMPARE(signInDetail(posing), QStringLiteral("a line that is no field, or out of order"));
        QCOMPARE(signInDetail(minimal + "\n\nNonce: x"), QStringLiteral("Nonce: "));
        QCOMPARE(*parseSolanaSignIn(minimal + "\n\nVersion: 1")->version, std::string("1"));
        QCOMPARE(*parseSolanaSignIn(minimal + "\n\nversion: 1")->statement, std::string("version: 1"));
    }

    void survivesMutations()
    {
        std::mt19937 random(122);
        for (int i = 0; i < 20'000; ++i) {
            std::string text = maximal;
            text[random() % text.size()] = static_cast<char>(random() % 4 == 0 ? '\n' : random() % 128);
            if (random() % 4 == 0) {
                text.erase(random() % text.size(), random() % 40);
            }
            const auto signIn = parseSolanaSignIn(text);
            if (signIn) {
                QCOMPARE(toText(*signIn), text);
            }
        }
    }
};

COUNTERSIGN_APPLESS_TEST(SolanaSignInTest)
#include "SolanaSignIn_test.moc"
