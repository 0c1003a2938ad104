#include "ui/widgets/identity/QrCode.h"

#include <QPainter>
#include <qrencode.h>

#include <algorithm>
#include <memory>

namespace countersign {

namespace {

constexpr int quietZone = 4;      // modules
constexpr int comfortable = 4;    // pixels a module
constexpr int stillReadable = 2;  // by a camera on the usual screen

}  // namespace

QImage qrCodeOf(const QString& text)
{
    const QByteArray bytes = text.toUtf8();
    const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
        bytes.isEmpty()
            ? nullptr
            : QRcode_encodeData(static_cast<int>(bytes.size()),
                                reinterpret_cast<const unsigned char*>(bytes.constData()), 0, QR_ECLEVEL_M),
        &QRcode_free);
    if (!code) {
        return {};
    }
    const int side = code->width + 2 * quietZone;
    QImage image(side, side, QImage::Format_RGB32);
    image.fill(Qt::white);
    for (int y = 0; y < code->width; ++y) {
        for (int x = 0; x < code->width; ++x) {
            if ((code->data[y * code->width + x] & 1) != 0) {
                image.setPixel(x + quietZone, y + quietZone, qRgb(0, 0, 0));
            }
        }
    }
    return image;
}

QrCode::QrCode(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Preferred);
}

void QrCode::show(const QString& name, const QString& text)
{
    m_text = text;
    m_code = qrCodeOf(text);
    setAccessibleName(tr("QR code: %1").arg(name));
    setAccessibleDescription(text);
    setVisible(!m_code.isNull());
    updateGeometry();
    update();
}

QSize QrCode::sizeHint() const
{
    return m_code.size() * comfortable;
}

QSize QrCode::minimumSizeHint() const
{
    return m_code.size() * stillReadable;
}

void QrCode::paintEvent(QPaintEvent*)
{
    if (m_code.isNull()) {
        return;
    }
    // Whole device pixels a module: a scaled picture has grey edges that cost contrast.
    const qreal ratio = devicePixelRatioF();
    const int available = static_cast<int>(std::min(width(), height()) * ratio);
    const int scale = std::max(1, available / m_code.width());
    const qreal side = m_code.width() * scale / ratio;
    QPainter painter(this);
    painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
    painter.drawImage(QRectF((width() - side) / 2, (height() - side) / 2, side, side), m_code);
}

}  // namespace countersign
