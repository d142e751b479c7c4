#include "doctor/project_files.h"

#include "go/mod/projectroot.h"

bool project_file_is_trusted(const ProjectFile *file)
{
    return !file->has_trouble && !file->is_unjudged &&
           (file->verdict.state == TRUST_GIVEN || file->verdict.state == TRUST_OWN);
}

/* Whether there is anything to say about it. */
static bool look_at(Doctor *d, const ConfigFile *config, Str project_root, ProjectFile *ret)
{
    ProjectFile f = {.config = *config};
    const DoctorInput *in = d->in;
    if (!projectchecks_read(d->arena, config, &f.checks, &f.trouble)) {
        f.has_trouble = true;
    } else if (f.checks.len == 0) {
        return false;
    } else {
        f.is_unjudged = !checktrust_look(d->arena, config, &f.checks, in->env->environ, &f.subject,
                                         &f.unjudged) ||
                        !checktrust_judge(d->arena, in->home, &f.subject, &f.verdict, &f.unjudged);
    }
    f.dir = config->layer == CONFIG_PROJECT ? f.subject.folder
            : project_root.len > 0          ? project_root
                                            : in->dir;
    *ret = f;
    return true;
}

bool project_files_load(Doctor *d, ProjectFiles *ret, Err *err)
{
    ConfigFiles configs;
    ProjectFiles files = {0};
    ConfigPlace place = {.environ = d->in->env->environ,
                         .dir = d->in->dir,
                         .project_root = projectroot_find(d->arena, d->in->env, d->in->dir),
                         .system = d->in->system};
    if (!configfile_load(d->arena, &place, &configs, err)) {
        return false;
    }
    for (isize i = 0; i < configs.len; i++) {
        ProjectFile file;
        if (look_at(d, &configs.ptr[i], place.project_root, &file)) {
            *VEC_PUSH(d->arena, &files) = file;
        }
    }
    *ret = files;
    return true;
}
