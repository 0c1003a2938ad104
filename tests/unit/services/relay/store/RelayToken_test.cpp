#include "services/relay/store/RelayToken.h"

#include "services/relay/store/RelayDirectory.h"
#include "tests/support/TestProgram.h"

#include <QCryptographicHash>
#include <QTest>

using namespace countersign;
using namespace countersign::relay;

class RelayTokenTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void newTokensAreUniqueAndHashable()
    {
        const SecretBytes a = newRelayToken();
        const SecretBytes b = newRelayToken();
        QCOMPARE(a.size(), std::size_t(46));
        QVERIFY(a.text().starts_with("cs_"));
        QVERIFY(!a.equals(b.view()));
        const auto hash = relayTokenHash(a.text());
        QVERIFY(hash.has_value());
        QCOMPARE(hash->size(), std::size_t(32));
        QVERIFY(relayTokenHash(b.text()) != hash);
        QCOMPARE(relayTokenId(*hash).size(), std::size_t(16));
        // Against an independent SHA-256 of the same text.
        QCOMPARE(relayTokenId(*relayTokenHash("cs_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
                 QCryptographicHash::hash("cs_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                                          QCryptographicHash::Sha256)
                     .left(8)
                     .toHex()
                     .toStdString());
    }

    void whatCannotBeATokenHasNoHash()
    {
        QVERIFY(!relayTokenHash("").has_value());
        QVERIFY(!relayTokenHash("cs_").has_value());
        QVERIFY(!relayTokenHash("xx_" + std::string(43, 'A')).has_value());
        QVERIFY(!relayTokenHash("cs_" + std::string(44, 'A')).has_value());
    }

    void roles()
    {
        for (const TokenRole role : {TokenRole::Consumer, TokenRole::Submitter, TokenRole::Admin}) {
            QVERIFY(tokenRoleFromText(toText(role)) == role);
            QVERIFY(mayActAs(role, role));
            QVERIFY(mayActAs(TokenRole::Admin, role));
        }
        QVERIFY(!mayActAs(TokenRole::Consumer, TokenRole::Submitter));
        QVERIFY(!mayActAs(TokenRole::Submitter, TokenRole::Consumer));
        QVERIFY(!mayActAs(TokenRole::Consumer, TokenRole::Admin));
        QVERIFY(!tokenRoleFromText("Consumer").has_value());
    }

    void directoryFindsByHash()
    {
        DirectoryContents contents;
        contents.version = 7;
        contents.inboxes.push_back({1, "demo", "feed", {}});
        contents.tokens.push_back({Bytes(32, 1), 1, TokenRole::Consumer});
        contents.tokens.push_back({Bytes(32, 2), 1, TokenRole::Admin});
        const RelayDirectory directory(std::move(contents));
        QCOMPARE(directory.version(), std::int64_t(7));
        QCOMPARE(directory.findInbox("demo")->id, InboxId(1));
        QVERIFY(directory.findInbox("dem") == nullptr);
        QVERIFY(directory.findToken(Bytes(32, 2))->role == TokenRole::Admin);
        QVERIFY(directory.findToken(Bytes(32, 3)) == nullptr);
        QVERIFY(directory.findToken(Bytes(31, 2)) == nullptr);
        QVERIFY(directory.findToken({}) == nullptr);
    }
};

COUNTERSIGN_GUILESS_TEST(RelayTokenTest)
#include "RelayToken_test.moc"
