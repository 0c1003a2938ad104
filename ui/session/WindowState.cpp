#include "ui/session/WindowState.h"

namespace countersign {

WindowState::WindowState(const std::filesystem::path& profileFolder)
{
    if (std::filesystem::exists(profileFolder / "profile.sqlite")) {
        m_settings = std::make_unique<QSettings>(
            QString::fromStdString((profileFolder / "window.ini").string()), QSettings::IniFormat);
    }
}

QVariant WindowState::value(const QString& key, const QVariant& fallback) const
{
    return m_settings ? m_settings->value(key, fallback) : fallback;
}

void WindowState::setValue(const QString& key, const QVariant& value)
{
    if (m_settings) {
        m_settings->setValue(key, value);
    }
}

QList<int> WindowState::widths(const QString& key) const
{
    QList<int> widths;
    for (const QVariant& width : value(key).toList()) {
        widths << width.toInt();
    }
    return widths;
}

void WindowState::setWidths(const QString& key, const QList<int>& widths)
{
    QVariantList list;
    for (const int width : widths) {
        list << width;
    }
    setValue(key, list);
}

}  // namespace countersign
