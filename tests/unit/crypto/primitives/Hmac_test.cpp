#include "core/crypto/primitives/Hmac.h"

#include "core/base/SecretBytes.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/crypto/Vectors.h"

#include <QTest>

using namespace countersign;

class HmacTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// RFC 4231, test cases 2 and 6 (a key longer than a block), and the empty key and message.
    void matchesTheRfc()
    {
        QCOMPARE(toHex(hmacSha256(asBytes("Jefe"), asBytes("what do ya want for nothing?"))),
                 std::string("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
        QCOMPARE(toHex(hmacSha256(Bytes(131, 0xaa),
                                  asBytes("Test Using Larger Than Block-Size Key - Hash Key First"))),
                 std::string("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"));
        QCOMPARE(toHex(hmacSha256({}, {})),
                 std::string("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"));
    }

    void agreesWithWycheproof()
    {
        LOAD_VECTORS(file, "hmac_sha256");
        int count = 0;
        for (const Json& group : file["testGroups"]) {
            const std::size_t tagBytes = group["tagSize"].get<std::size_t>() / 8;
            for (const Json& test : group["tests"]) {
                const auto tag = hmacSha256(vectors::bytesOf(test, "key"), vectors::bytesOf(test, "msg"));
                const bool equal =
                    equalConstantTime(BytesView(tag).first(tagBytes), vectors::bytesOf(test, "tag"));
                QVERIFY2(equal == vectors::isValid(test), vectors::nameOf(test).constData());
                ++count;
            }
        }
        QVERIFY(count > 100);
    }
};

COUNTERSIGN_APPLESS_TEST(HmacTest)
#include "Hmac_test.moc"
