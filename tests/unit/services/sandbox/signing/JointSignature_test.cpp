#include "services/sandbox/signing/JointSignature.h"

#include "core/base/encoding/Hex.h"
#include "services/sandbox/signing/KeyShares.h"
#include "tests/support/TestProgram.h"

#include <QTest>

#include <openssl/ec.h>

using namespace countersign;
using namespace countersign::sandbox;

class JointSignatureTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bothHalvesMakeASignatureOfTheWallet()
    {
        const Bytes digest(32, 0x17);
        const KeyShares shares = KeyShares::generate(Chain::Evm);
        const Bytes key = *shares.publicKey(Chain::Evm);
        const auto signature = JointSignature::make(Chain::Evm, shares.server, shares.holder, digest, key);
        QVERIFY(signature.has_value());
        QCOMPARE(signature->algorithm(), std::string_view("ecdsa"));
        const auto& ecdsa = std::get<secp256k1::Signature>(signature->value);
        QCOMPARE(toHex(*secp256k1::recover(digest, ecdsa)), toHex(key));

        const KeyShares other = KeyShares::generate(Chain::Svm);
        const Bytes otherKey = *other.publicKey(Chain::Svm);
        const auto eddsa = JointSignature::make(Chain::Svm, other.server, other.holder, digest, otherKey);
        QCOMPARE(eddsa->toWire().size(), std::size_t(64));
        QCOMPARE(eddsa->algorithm(), std::string_view("ed25519"));
        QVERIFY(ed25519::verify(otherKey, digest, eddsa->toWire()));
    }

    void anOldHalfSignsNothing()
    {
        for (const Chain chain : {Chain::Evm, Chain::Svm}) {
            const KeyShares old = KeyShares::generate(chain);
            const KeyShares fresh = *old.reshared(chain);
            const Bytes key = *old.publicKey(chain);
            QVERIFY(JointSignature::make(chain, fresh.server, fresh.holder, Bytes(32, 1), key).has_value());
            const auto mixed = JointSignature::make(chain, fresh.server, old.holder, Bytes(32, 1), key);
            QVERIFY(!mixed && mixed.error().code == ErrorCode::Denied);
            QVERIFY(
                !JointSignature::make(chain, fresh.server, SecretBytes(31), Bytes(32, 1), key).has_value());
        }
        const KeyShares shares = KeyShares::generate(Chain::Evm);
        QVERIFY(!JointSignature::make(Chain::Evm, shares.server, shares.holder, Bytes(31, 1),
                                      *shares.publicKey(Chain::Evm))
                     .has_value());
    }

    /// Protocol reference §4.3.
    void ecdsaOnTheWire()
    {
        const Bytes digest(32, 0x17);
        for (int i = 0; i < 50; ++i) {
            const KeyShares shares = KeyShares::generate(Chain::Evm);
            const auto signature = JointSignature::make(Chain::Evm, shares.server, shares.holder, digest,
                                                        *shares.publicKey(Chain::Evm));
            const auto& ecdsa = std::get<secp256k1::Signature>(signature->value);
            const Bytes wire = signature->toWire();
            QVERIFY(wire.size() >= 73 && wire.size() <= 137);
            QVERIFY(std::equal(ecdsa.r.begin(), ecdsa.r.end(), wire.begin()));
            QVERIFY(std::equal(ecdsa.s.begin(), ecdsa.s.end(), wire.begin() + 32));
            QCOMPARE(wire[64], static_cast<std::uint8_t>(27 + ecdsa.recoveryId));
            const unsigned char* in = wire.data() + 65;
            ECDSA_SIG* der = d2i_ECDSA_SIG(nullptr, &in, static_cast<long>(wire.size() - 65));
            QVERIFY(der != nullptr && in == wire.data() + wire.size());
            Bytes r(32);
            BN_bn2binpad(ECDSA_SIG_get0_r(der), r.data(), 32);
            ECDSA_SIG_free(der);
            QVERIFY(std::equal(r.begin(), r.end(), ecdsa.r.begin()));
        }
    }

    void highSIsTheOtherOne()
    {
        const KeyShares shares = KeyShares::generate(Chain::Evm);
        const Bytes key = *shares.publicKey(Chain::Evm);
        const auto low = JointSignature::make(Chain::Evm, shares.server, shares.holder, Bytes(32, 7), key);
        const auto high = std::get<secp256k1::Signature>(low->withHighS().value);
        QVERIFY(high.s[0] >= 0x7f);
        QVERIFY(high != std::get<secp256k1::Signature>(low->value));
        QVERIFY(*secp256k1::withLowS(high) == std::get<secp256k1::Signature>(low->value));
        QCOMPARE(toHex(*secp256k1::recover(Bytes(32, 7), high)), toHex(key));
    }
};

COUNTERSIGN_APPLESS_TEST(JointSignatureTest)
#include "JointSignature_test.moc"
