#include "core/crypto/primitives/EcdsaP384.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/crypto/Vectors.h"

#include <QTest>

using namespace countersign;

class EcdsaP384Test : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void agreesWithWycheproof()
    {
        LOAD_VECTORS(file, "ecdsa_secp384r1_sha384_p1363");
        int count = 0;
        for (const Json& group : file["testGroups"]) {
            const Bytes key = vectors::bytesOf(group["publicKey"], "uncompressed");
            for (const Json& test : group["tests"]) {
                const bool verified =
                    p384::verify(key, vectors::bytesOf(test, "msg"), vectors::bytesOf(test, "sig"));
                QVERIFY2(verified == vectors::isValid(test), vectors::nameOf(test).constData());
                ++count;
            }
        }
        QVERIFY(count > 200);
    }

    /// RFC 6979 §A.2.6, SHA-384 of "sample".
    void matchesTheRfc()
    {
        const Bytes key = *fromHex(
            "04ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480bc"
            "13"
            "8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd253326472"
            "0");
        const Bytes signature = *fromHex(
            "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46"
            "99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac"
            "8");
        QVERIFY(p384::verify(key, asBytes("sample"), signature));
        QVERIFY(!p384::verify(key, asBytes("Sample"), signature));
        QVERIFY(!p384::verify(BytesView(key).subspan(1), asBytes("sample"), signature));
        QVERIFY(!p384::verify(key, asBytes("sample"), BytesView(signature).first(95)));
        Bytes offCurve = key;
        offCurve.back() ^= 1;
        QVERIFY(!p384::verify(offCurve, asBytes("sample"), signature));
        Bytes hybrid = key;  // the form that OpenSSL would read too
        hybrid.front() = 0x06;
        QVERIFY(!p384::verify(hybrid, asBytes("sample"), signature));
    }
};

COUNTERSIGN_APPLESS_TEST(EcdsaP384Test)
#include "EcdsaP384_test.moc"
