#include "services/relay/store/FeedHead.h"

#include "core/base/encoding/Hex.h"
#include "tests/support/TestProgram.h"

#include <QTest>

#include <set>

using namespace countersign;
using namespace countersign::relay;

class FeedHeadTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isTheHashOfTheContract()
    {
        // head(n) = SHA-256(head(n-1) || n as 8 bytes, big endian || digest)
        const Sha256Digest digest = sha256(asBytes("entry"));
        Bytes bytes(32, 0);
        bytes.insert(bytes.end(), {0, 0, 0, 0, 0, 0, 1, 2});
        bytes.insert(bytes.end(), digest.begin(), digest.end());
        QCOMPARE(nextFeedHead(firstFeedHead, 258, digest), sha256(bytes));
    }

    void partsDoNotRunIntoEachOther()
    {
        const Sha256Digest body = sha256(asBytes("b"));
        const std::set<Sha256Digest> all{
            entryDigest("ab", 1, "c", body), entryDigest("a", 1, "bc", body),
            entryDigest("ab", 2, "c", body), entryDigest("abc", 1, "", body),
            entryDigest("", 1, "abc", body), entryDigest("ab", 1, "c", sha256(asBytes("c")))};
        QCOMPARE(all.size(), std::size_t(6));
    }

    void bytes()
    {
        FeedHead head{};
        head.fill(7);
        QCOMPARE(feedHeadFromBytes(asText(head)), std::optional(head));
        QVERIFY(!feedHeadFromBytes(std::string(31, 'x')));
        QVERIFY(!feedHeadFromBytes(std::string(33, 'x')));
        QVERIFY(!feedHeadFromBytes({}));
    }

    void identitiesAreRandom()
    {
        std::set<std::string> all;
        for (int i = 0; i < 100; ++i) {
            const std::string identity = newFeedIdentity();
            QCOMPARE(identity.size(), std::size_t(32));
            QCOMPARE(toHex(fromHex(identity).value()), identity);
            all.insert(identity);
        }
        QCOMPARE(all.size(), std::size_t(100));
    }
};

COUNTERSIGN_GUILESS_TEST(FeedHeadTest)
#include "FeedHead_test.moc"
