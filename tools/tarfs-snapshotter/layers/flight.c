// SPDX-License-Identifier: GPL-2.0
/*
 * Work that several threads want done, and one does.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "flight.h"

struct flight {
	struct flight *next;
	char key[FLIGHT_KEY_SIZE];
};

struct flights {
	pthread_mutex_t lock;
	pthread_cond_t ended;
	struct flight *list;
};

struct flights *flights_new(void)
{
	struct flights *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	pthread_mutex_init(&f->lock, NULL);
	pthread_cond_init(&f->ended, NULL);
	return f;
}

void flights_free(struct flights *f)
{
	if (!f)
		return;
	pthread_cond_destroy(&f->ended);
	pthread_mutex_destroy(&f->lock);
	free(f);
}

static struct flight **find(struct flights *f, const char *key)
{
	struct flight **p = &f->list;

	while (*p && strcmp((*p)->key, key))
		p = &(*p)->next;
	return p;
}

static int begin(struct flights *f, const char *key)
{
	struct flight *flight;

	if (*find(f, key)) {
		pthread_cond_wait(&f->ended, &f->lock);
		return 1;
	}
	flight = calloc(1, sizeof(*flight));
	if (!flight)
		return -ENOMEM;
	strncpy(flight->key, key, sizeof(flight->key) - 1);
	flight->next = f->list;
	f->list = flight;
	return 0;
}

int flight_begin(struct flights *f, const char *key)
{
	int result;

	pthread_mutex_lock(&f->lock);
	result = begin(f, key);
	pthread_mutex_unlock(&f->lock);
	return result;
}

void flight_end(struct flights *f, const char *key)
{
	struct flight **p, *flight;

	pthread_mutex_lock(&f->lock);
	p = find(f, key);
	flight = *p;
	*p = flight->next;
	pthread_cond_broadcast(&f->ended);
	pthread_mutex_unlock(&f->lock);
	free(flight);
}
