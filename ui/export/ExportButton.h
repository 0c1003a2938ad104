#pragma once

#include "ui/export/ExportTask.h"

#include <QPushButton>

namespace countersign {

class ExportDialog;

/// The button above a list that writes everything its filter shows into a file: a menu of formats, the file's
/// name, and an ExportDialog that shows the progress.
class ExportButton : public QPushButton
{
    Q_OBJECT

public:
    struct Format
    {
        QString name;    ///< in the menu: "CSV …"
        QString ending;  ///< of the file, without its dot
        /// Called here, when the operator chose; what it returns runs on the exporting thread.
        std::function<ExportTask::Write()> write;
    };

    /// listName: of the file that is proposed, "wallets".
    ExportButton(ProfileReader& reader, QString listName, QList<Format> formats, QWidget* parent = nullptr);

    /// As the first of the menu.
    void chooseFirst() { choose(m_formats.front()); }
    /// As after the file's name was chosen, in the first format with this ending.
    ExportDialog* exportTo(const QString& file, const QString& ending);

private:
    void choose(const Format& format);
    ExportDialog* begin(const QString& file, const Format& format);

    ProfileReader& m_reader;
    QString m_listName;
    QList<Format> m_formats;
};

}  // namespace countersign
