#include "ui/widgets/identity/QrCode.h"

#include "tests/support/TestProgram.h"
#include "ui/theme/Theme.h"

#include <QDir>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <qrencode.h>

#include <memory>

using namespace countersign;

namespace {

const QString hash = QStringLiteral("0x9c22ff5f21f0b81b113e63f7db6da94fedef11b2119b4088b89664fb9a3cb658");

QImage grabbed(QWidget& widget)
{
    return widget.grab().toImage().convertToFormat(QImage::Format_RGB32);
}

/// The smallest rectangle that holds all black pixels.
QRect blackArea(const QImage& image)
{
    QRect area;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            if (image.pixel(x, y) == qRgb(0, 0, 0)) {
                area |= QRect(x, y, 1, 1);
            }
        }
    }
    return area;
}

/// What an independent decoder reads in the picture; nothing when it reads nothing.
QString decoded(const QImage& image)
{
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("code.png"));
    QProcess decoder;
    image.save(file, "PNG");
    decoder.start(QStringLiteral("zbarimg"), {QStringLiteral("--quiet"), QStringLiteral("--raw"), file});
    decoder.waitForFinished(30'000);
    return QString::fromUtf8(decoder.readAllStandardOutput()).trimmed();
}

}  // namespace

class QrCodeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { Theme::instance().apply(Theme::Mode::Light); }

    void hasTheModulesAndTheQuietZoneOfTheStandard()
    {
        const QByteArray bytes = hash.toUtf8();
        const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
            QRcode_encodeData(int(bytes.size()), reinterpret_cast<const unsigned char*>(bytes.constData()), 0,
                              QR_ECLEVEL_M),
            &QRcode_free);
        const QImage image = qrCodeOf(hash);
        QCOMPARE(image.size(), QSize(code->width + 8, code->width + 8));
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                const bool inside = x >= 4 && y >= 4 && x < code->width + 4 && y < code->width + 4;
                const bool dark = inside && (code->data[(y - 4) * code->width + x - 4] & 1) != 0;
                QCOMPARE(image.pixel(x, y), dark ? qRgb(0, 0, 0) : qRgb(255, 255, 255));
            }
        }
    }

    void nothingAndTooMuchAreNoCode()
    {
        QVERIFY(qrCodeOf({}).isNull());
        QVERIFY(!qrCodeOf(QString(2331, u'x')).isNull());
        QVERIFY(qrCodeOf(QString(2332, u'x')).isNull());
        QrCode code;
        code.show(QStringLiteral("Nothing"), {});
        QVERIFY(code.isHidden());
    }

    void isReadAtEverySize_data()
    {
        QTest::addColumn<int>("side");
        QTest::addColumn<bool>("dark");
        for (const int side : {90, 131, 180, 400}) {
            QTest::addRow("light %d", side) << side << false;
            QTest::addRow("dark %d", side) << side << true;
        }
    }

    void isReadAtEverySize()
    {
        if (QStandardPaths::findExecutable(QStringLiteral("zbarimg")).isEmpty()) {
            QSKIP("zbarimg is not installed (tools/packages.sh): nobody here can read a QR code.");
        }
        QFETCH(const int, side);
        QFETCH(const bool, dark);
        Theme::instance().apply(dark ? Theme::Mode::Dark : Theme::Mode::Light);
        QrCode code;
        code.show(QStringLiteral("Digest"), hash);
        code.resize(side, side);
        QCOMPARE(decoded(grabbed(code)), hash);
    }

    void isBlackOnWhiteInBothThemes()
    {
        QList<QImage> pictures;
        for (const Theme::Mode mode : {Theme::Mode::Light, Theme::Mode::Dark}) {
            Theme::instance().apply(mode);
            QrCode code;
            code.show(QStringLiteral("Digest"), hash);
            code.resize(code.sizeHint());
            pictures << grabbed(code);
        }
        QCOMPARE(pictures[0], pictures[1]);
        // Four white modules of four pixels around it.
        const QRect area = blackArea(pictures[0]);
        QCOMPARE(area, pictures[0].rect().adjusted(16, 16, -16, -16));
        QCOMPARE(pictures[0].pixel(0, 0), qRgb(255, 255, 255));
    }

    void saysWhatItShows()
    {
        QrCode code;
        code.show(QStringLiteral("Digest (EIP-191)"), hash);
        QCOMPARE(code.text(), hash);
        QCOMPARE(code.accessibleName(), QStringLiteral("QR code: Digest (EIP-191)"));
        QCOMPARE(code.accessibleDescription(), hash);
        QVERIFY(code.minimumSizeHint().width() < code.sizeHint().width());
    }
};

COUNTERSIGN_GUI_TEST(QrCodeTest)
#include "QrCode_test.moc"
