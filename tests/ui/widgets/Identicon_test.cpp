#include "ui/widgets/identity/Identicon.h"

#include "core/base/encoding/Hex.h"
#include "tests/support/TestProgram.h"

#include <QTest>

#include <set>

using namespace countersign;

class IdenticonTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isDeterministic()
    {
        const Bytes address = *fromHex("52908400098527886E0F7030069857D2E4169EE7");
        QVERIFY(identiconShape(address) == identiconShape(address));
        QCOMPARE(identicon(address, 20, 1.0).toImage(), identicon(address, 20, 1.0).toImage());
        QCOMPARE(identicon(address, 20, 2.0).size(), QSize(40, 40));
    }

    void tellsLookAlikesApart()
    {
        // The same first and last six digits, as an address poisoner makes them.
        const Bytes real = *fromHex("52908400098527886E0F7030069857D2E4169EE7");
        const Bytes poisoned = *fromHex("529084ffffffffffffffffffffffffffff169EE7");
        QVERIFY(!(identiconShape(real) == identiconShape(poisoned)));
        QVERIFY(identicon(real, 20, 1.0).toImage() != identicon(poisoned, 20, 1.0).toImage());
    }

    void oneBitChangesThePicture()
    {
        std::set<QByteArray> pictures;
        for (int bit = 0; bit < 160; ++bit) {
            Bytes address(20, 0x42);
            address[static_cast<std::size_t>(bit / 8)] ^= static_cast<std::uint8_t>(1 << (bit % 8));
            const QImage picture = identicon(address, 20, 1.0).toImage();
            pictures.insert(
                QByteArray(reinterpret_cast<const char*>(picture.constBits()), picture.sizeInBytes()));
        }
        QVERIFY(pictures.size() >= 159);
    }
};

COUNTERSIGN_GUI_TEST(IdenticonTest)
#include "Identicon_test.moc"
