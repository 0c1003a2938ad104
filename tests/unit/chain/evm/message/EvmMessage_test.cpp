#include "core/chain/evm/message/EvmMessage.h"

#include "core/base/encoding/Hex.h"
#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

class EvmMessageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hashesAsWalletsDo()
    {
        QCOMPARE(toHex(eip191Digest(asBytes("hello"))),
                 std::string("50b2c43fd39106bafbba0da34fc430e1f91e3c96ea2acee2bc34119f92b37750"));
        // eth-sig-util and every library: the empty message has the length 0.
        QCOMPARE(toHex(eip191Digest({})),
                 std::string("5f35dce98ba4fba25530a026ed80b2cecdaa31091ba4958b99b52ea1d068adad"));
    }

    void countsBytesAndNotCharacters()
    {
        const Bytes prefixed = eip191Prefixed(asBytes("\xe9\x8d\xb5"));  // one character
        QCOMPARE(std::string(asText(prefixed)), std::string("\x19"
                                                            "Ethereum Signed Message:\n3\xe9\x8d\xb5"));
    }

    void takesEveryByte()
    {
        const Bytes message{0x00, 0xff, 0x0a, 0x00};
        const Bytes prefixed = eip191Prefixed(message);
        QCOMPARE(Bytes(prefixed.end() - 5, prefixed.end()), (Bytes{'4', 0x00, 0xff, 0x0a, 0x00}));
    }
};

COUNTERSIGN_APPLESS_TEST(EvmMessageTest)
#include "EvmMessage_test.moc"
