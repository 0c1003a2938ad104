#include "ui/theme/Icons.h"

#include "ui/theme/Theme.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

namespace countersign {

namespace {

/// Renders on demand, so that a change of theme needs nothing but a repaint.
class ThemeIconEngine : public QIconEngine
{
public:
    explicit ThemeIconEngine(QString name) : m_name(std::move(name)) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override
    {
        const int size = std::min(rect.width(), rect.height());
        const QPixmap picture = iconPixmap(m_name, color(mode), size, painter->device()->devicePixelRatioF());
        painter->drawPixmap(rect.x() + (rect.width() - size) / 2, rect.y() + (rect.height() - size) / 2,
                            picture);
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State) override
    {
        return iconPixmap(m_name, color(mode), std::min(size.width(), size.height()), 1.0);
    }

    QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State, qreal scale) override
    {
        const int side = std::min(size.width(), size.height());
        return iconPixmap(m_name, color(mode), qRound(side / scale), scale);
    }

    QIconEngine* clone() const override { return new ThemeIconEngine(m_name); }

private:
    static QColor color(QIcon::Mode mode)
    {
        const ThemeColors& colors = Theme::instance().colors();
        return mode == QIcon::Disabled ? colors.muted : colors.text;
    }

    QString m_name;
};

}  // namespace

QPixmap iconPixmap(const QString& name, const QColor& color, int size, qreal pixelRatio)
{
    if (size <= 0) {
        return {};  // of a button that was not laid out yet
    }
    const QString key = QStringLiteral("countersign/%1/%2/%3/%4")
                            .arg(name, color.name())
                            .arg(size)
                            .arg(pixelRatio, 0, 'f', 2);
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap)) {
        return pixmap;
    }
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    QSvgRenderer renderer(file.readAll().replace("currentColor", color.name().toLatin1()));
    pixmap = QPixmap(QSize(size, size) * pixelRatio);
    pixmap.setDevicePixelRatio(pixelRatio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    renderer.render(&painter, QRectF(0, 0, size, size));
    painter.end();
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

QIcon themeIcon(const QString& name)
{
    return QIcon(new ThemeIconEngine(name));
}

QIcon applicationIcon()
{
    QIcon icon;
    for (const int size : {16, 32, 48, 64, 128, 256}) {
        icon.addPixmap(iconPixmap(QStringLiteral("countersign"), QColor(0x4651c8), size, 1.0));
    }
    return icon;
}

}  // namespace countersign
