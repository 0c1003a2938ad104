#pragma once

#include <QSettings>

#include <filesystem>
#include <memory>

namespace countersign {

/// The window's remembered state: page, widths, filters and theme per profile, in a file within the profile's
/// folder (window.ini); a folder without a profile is left alone. Holds no secret.
class WindowState
{
public:
    explicit WindowState(const std::filesystem::path& profileFolder);

    QVariant value(const QString& key, const QVariant& fallback = {}) const;
    void setValue(const QString& key, const QVariant& value);

    QList<int> widths(const QString& key) const;
    void setWidths(const QString& key, const QList<int>& widths);

private:
    std::unique_ptr<QSettings> m_settings;  ///< none when there is no profile
};

}  // namespace countersign
