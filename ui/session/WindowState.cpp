#include "ui/session/WindowState.h"

#include "core/base/text/Utf8.h"

namespace countersign {

WindowState::WindowState(const std::filesystem::path& profileFolder)
{
    // QSettings knows names that are text only; a folder of another name has a window without a memory.
    const auto file = textFromUtf8((profileFolder / "window.ini").string());
    if (file && std::filesystem::exists(profileFolder / "profile.sqlite")) {
        m_settings = std::make_unique<QSettings>(*file, QSettings::IniFormat);
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
