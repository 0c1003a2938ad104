#include "ui/widgets/identity/Identicon.h"

#include "core/crypto/primitives/Sha256.h"
#include "ui/theme/Theme.h"

#include <QPainter>
#include <QPainterPath>
#include <QPixmapCache>

namespace countersign {

namespace {

constexpr int cells = 5;

QColor patternColor(int hue)
{
    const bool dark = Theme::instance().colors().dark;
    return QColor::fromHsl(hue, dark ? 150 : 140, dark ? 165 : 105);
}

QPixmap drawn(const IdenticonShape& shape, int size, qreal pixelRatio)
{
    QPixmap pixmap(QSize(size, size) * pixelRatio);
    pixmap.setDevicePixelRatio(pixelRatio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    QPainterPath frame;
    frame.addRoundedRect(QRectF(0, 0, size, size), size / 5.0, size / 5.0);
    painter.setClipPath(frame);
    const ThemeColors& colors = Theme::instance().colors();
    painter.fillPath(frame, colors.dark ? QColor(0x2f353f) : QColor(0xe7e9ee));
    const qreal margin = size * 0.1;
    const qreal cell = (size - 2 * margin) / cells;
    for (int column = 0; column < cells; ++column) {
        for (int row = 0; row < cells; ++row) {
            const auto index = static_cast<std::size_t>(std::min(column, cells - 1 - column) * cells + row);
            if (shape.cells[index]) {
                const QColor color = patternColor(shape.second[index] ? shape.secondHue : shape.hue);
                painter.fillRect(QRectF(margin + column * cell, margin + row * cell, cell + 0.3, cell + 0.3),
                                 color);
            }
        }
    }
    return pixmap;
}

}  // namespace

IdenticonShape identiconShape(BytesView addressBytes)
{
    const Sha256Digest digest = sha256(addressBytes);
    IdenticonShape shape;
    for (std::size_t i = 0; i < shape.cells.size(); ++i) {
        shape.cells[i] = (digest[i] & 1) != 0;
        shape.second[i] = (digest[i] & 2) != 0;
    }
    shape.cells[12] = true;  // never empty
    shape.hue = ((digest[16] << 8) | digest[17]) % 360;
    shape.secondHue = (shape.hue + 90 + digest[18] % 181) % 360;
    return shape;
}

QPixmap identicon(BytesView addressBytes, int size, qreal pixelRatio)
{
    const QString key = QStringLiteral("identicon/%1/%2/%3/%4")
                            .arg(QString::fromLatin1(
                                QByteArray::fromRawData(reinterpret_cast<const char*>(addressBytes.data()),
                                                        static_cast<qsizetype>(addressBytes.size()))
                                    .toHex()))
                            .arg(size)
                            .arg(pixelRatio, 0, 'f', 2)
                            .arg(Theme::instance().colors().dark ? 1 : 0);
    QPixmap pixmap;
    if (!QPixmapCache::find(key, &pixmap)) {
        pixmap = drawn(identiconShape(addressBytes), size, pixelRatio);
        QPixmapCache::insert(key, pixmap);
    }
    return pixmap;
}

}  // namespace countersign
